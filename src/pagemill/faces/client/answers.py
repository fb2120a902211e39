"""Reading answers: bytes to values."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import httpx2
import msgspec

from pagemill.domain.document import Chunk, Document
from pagemill.faces.client.errors import ClientError
from pagemill.faces.client.values import Event, TaskPage, TaskRecord, Value

Kind = TypeVar("Kind", bound=Value)
Decoded = TypeVar("Decoded")

NOT_UNDERSTOOD = "the service's answer is not understood"
UPDATE = "Use a client of the service's own version (GET /version)."


def nothing(_: bytes) -> None:
    """For answers that say all by their status."""


def raw(body: bytes) -> bytes:
    """The body itself."""
    return body


def text(body: bytes) -> str:
    """The body as text."""
    return body.decode("utf-8")


def values(body: bytes) -> dict[str, Any]:
    """A JSON object. Raises `ClientError`."""
    return decoded(body, dict[str, Any])


def document(body: bytes) -> Document:
    """A whole result. Raises `ClientError`."""
    return decoded(body, Document)


def chunks(body: bytes) -> list[Chunk]:
    """JSON lines. Raises `ClientError`."""
    return [decoded(line, Chunk) for line in body.split(b"\n") if line]


def one(kind: type[Kind]) -> Callable[[bytes], Kind]:
    """Reads one value of this kind."""
    return lambda body: converted(values(body), kind)


def many(name: str, kind: type[Kind]) -> Callable[[bytes], list[Kind]]:
    """Reads an object that lists values of this kind under `name`."""
    return lambda body: [converted(value, kind) for value in values(body).get(name, [])]


def task_page(body: bytes) -> TaskPage:
    """A page of the list of tasks. Raises `ClientError`."""
    page = values(body)
    return TaskPage(tuple(converted(task, TaskRecord) for task in page["tasks"]), page["next_cursor"])


def count(body: bytes) -> int:
    """How many tasks a bulk action is about. Raises `ClientError`."""
    return int(values(body)["count"])


def event(frame: httpx2.ServerSentEvent) -> Iterator[Event]:
    """The event in a frame; none in one that only keeps the stream going. Raises `ClientError`."""
    if frame.data:
        yield converted(values(frame.data.encode()) | {"id": int(frame.id)}, Event)


def converted(value: dict[str, Any], kind: type[Kind]) -> Kind:
    """The value, with the JSON that it came from. Raises `ClientError`."""
    try:
        return msgspec.convert(value | {"raw": value}, kind)
    except msgspec.ValidationError as problem:
        raise ClientError(f"{NOT_UNDERSTOOD}: {problem}", UPDATE) from None


def decoded(body: bytes, kind: type[Decoded]) -> Decoded:
    """The JSON as this kind. Raises `ClientError`."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as problem:
        raise ClientError(f"{NOT_UNDERSTOOD}: {problem}", UPDATE) from None
