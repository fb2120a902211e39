"""Reading answers: bytes to values."""

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

import httpx2
import msgspec

from pagemill.domain.document import Chunk, Document
from pagemill.faces.client.errors import ClientError
from pagemill.faces.client.values import BulkCount, Event, Value

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


class Page(msgspec.Struct, Generic[Kind], frozen=True):
    """A part of a list, and where the next one begins: None on the last."""

    found: list[Kind]
    next_cursor: str | None


def page(name: str, kind: type[Kind]) -> Callable[[bytes], Page[Kind]]:
    """Reads a page of values of this kind."""
    return lambda body: Page(many(name, kind)(body), values(body)["next_cursor"])


def bulk_count(body: bytes) -> BulkCount:
    """How many tasks a bulk action was about. Raises `ClientError`."""
    return decoded(body, BulkCount)


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
