"""multipart/form-data, part by part: the file goes straight to its blob, the small fields are kept; any order is fine."""

from collections.abc import AsyncIterator
from enum import Enum, auto

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from pagemill.domain.errors import RequestError
from pagemill.faces.http.bodies import pieces
from pagemill.intake.upload import Upload

FILE_PART = "file"
FIELD_BYTES = 128 * 1024


class Step(Enum):
    """What the parser met."""

    BEGIN = auto()
    DATA = auto()
    END = auto()
    FINISHED = auto()


class PartSteps:
    """Turns the parser's callbacks into a list of steps, because what follows them has to wait for the disk."""

    def __init__(self, boundary: bytes) -> None:
        self._steps: list[tuple[Step, bytes]] = []
        self._name = b""
        self._value = b""
        self._headers: dict[bytes, bytes] = {}
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._headers.clear,
                "on_header_field": self._on_header_field,
                "on_header_value": self._on_header_value,
                "on_header_end": self._on_header_end,
                "on_headers_finished": self._on_headers_finished,
                "on_part_data": lambda data, start, end: self._steps.append((Step.DATA, data[start:end])),
                "on_part_end": lambda: self._steps.append((Step.END, b"")),
                "on_end": lambda: self._steps.append((Step.FINISHED, b"")),
            },
        )

    def feed(self, piece: bytes) -> list[tuple[Step, bytes]]:
        """The steps in this piece of the body. Raises `RequestError`."""
        try:
            self._parser.write(piece)
        except FormParserError as problem:
            raise RequestError(f"the multipart body cannot be read: {problem}") from None
        steps, self._steps = self._steps, []
        return steps

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def _on_headers_finished(self) -> None:
        self._steps.append((Step.BEGIN, self._headers.get(b"content-disposition", b"")))


def boundary_of(request: Request) -> bytes:
    """What separates the parts. Raises `RequestError`."""
    _, parameters = parse_options_header(request.headers.get("content-type"))
    boundary = parameters.get(b"boundary", b"")
    if not 0 < len(boundary) <= 256:
        raise RequestError("the multipart body has no boundary", hint="Let your HTTP library set the Content-Type.")
    return boundary


async def receive_form(request: Request, upload: Upload, allowed: frozenset[str]) -> dict[str, bytes]:
    """Writes the part `file` into `upload` and returns the other fields, of which there may be those in `allowed`.

    Raises `RequestError` for unknown parts, fields over 128 kB, a second file, and a body that ends too early.
    """
    fields: dict[str, bytearray] = {}
    part, finished = "", False
    async for step, content in _steps(request):
        match step:
            case Step.BEGIN:
                part = _name_of(content, allowed, fields)
                if part == FILE_PART:
                    await upload.open(_file_name(content))
            case Step.DATA if part == FILE_PART:
                await upload.write(content)
            case Step.DATA:
                _append(fields, part, content)
            case Step.FINISHED:
                finished = True
    if not finished:
        raise RequestError("the multipart body has no closing boundary", code="body_incomplete")
    return {name: bytes(value) for name, value in fields.items()}


async def _steps(request: Request) -> AsyncIterator[tuple[Step, bytes]]:
    parser = PartSteps(boundary_of(request))
    async for piece in pieces(request):
        for step in parser.feed(piece):
            yield step


def _name_of(disposition: bytes, allowed: frozenset[str], fields: dict[str, bytearray]) -> str:
    """Which part begins; a field gets its place in `fields`."""
    name = _parameter(disposition, b"name")
    if name == FILE_PART:
        return name
    if name not in allowed:
        known = ", ".join(sorted({FILE_PART, *allowed}))
        raise RequestError(f"there is no part {name!r}", hint=f"The parts are: {known}.")
    if name in fields:
        raise RequestError(f"the part `{name}` came twice")
    fields[name] = bytearray()
    return name


def _file_name(disposition: bytes) -> str:
    return _parameter(disposition, b"filename")


def _parameter(disposition: bytes, name: bytes) -> str:
    _, parameters = parse_options_header(disposition.decode("latin-1"))
    return parameters.get(name, b"").decode("utf-8", "replace")


def _append(fields: dict[str, bytearray], part: str, content: bytes) -> None:
    fields[part] += content
    if len(fields[part]) > FIELD_BYTES:
        raise RequestError(f"the part `{part}` has more than {FIELD_BYTES // 1024} kB")
