"""Request bodies: read piece by piece, never more of them in memory than a stated bound."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from typing import Any, TypeVar

import anyio
import anyio.to_thread
import msgspec
from fastapi import Request

from pagemill.domain.errors import FileTooLarge, PagemillError, RequestError
from pagemill.intake.upload import too_large

SMALL_JSON_BYTES = 256 * 1024
"""Options and metadata, with room to spare."""

DRAIN_BYTES = 8 * 1024 * 1024
FORM_OVERHEAD_BYTES = 1024 * 1024
"""What a form may have besides its file."""

Body = TypeVar("Body")


async def pieces(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes. Raises `RequestError` (`body_incomplete`) if its sender goes away before the end."""
    received = 0
    announced = request.headers.get("content-length", "")
    async for piece in request.stream():
        received += len(piece)
        yield piece
    if announced.isdecimal() and received != int(announced):
        raise RequestError(f"{received} of {announced} bytes came", code="body_incomplete")


async def drain(request: Request) -> None:
    """Reads on for at most 8 MB after a refusal: a sender that is cut off while it writes never sees the answer."""
    left = DRAIN_BYTES
    with suppress(RuntimeError):  # that is how Starlette says that nothing is left to read
        async for piece in request.stream():
            left -= len(piece)
            if left <= 0:
                return


async def read_json(request: Request, kind: type[Body], max_bytes: int = SMALL_JSON_BYTES) -> Body:
    """The JSON body as a checked value; an empty body is `{}`.

    Raises `FileTooLarge` over `max_bytes`, and `RequestError`, naming what is wrong.
    """
    body = bytearray()
    async for piece in pieces(request):
        body += piece
        if len(body) > max_bytes:
            raise FileTooLarge(
                f"a JSON body has at most {max_bytes // 1024} kB", hint="Send the file as multipart, or PUT it."
            )
    return await anyio.to_thread.run_sync(decode_json, bytes(body) or b"{}", kind)


def decode_json(text: str | bytes, kind: type[Body], what: str = "the body") -> Body:
    """JSON text as a checked value. Raises `RequestError`; `what` says where the text stood."""
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise RequestError(f"{what} is not valid: {problem}") from None


def json_object(text: str | bytes | None, what: str) -> dict[str, Any]:
    """A JSON object, `{}` for nothing. Raises `RequestError`."""
    return decode_json(text, dict[str, Any], what) if text else {}


async def politely(request: Request, reading: Awaitable[Body]) -> Body:
    """Reads on for a while after a refusal, so that its answer arrives; not after a body that is too large or cut off."""
    try:
        return await reading
    except PagemillError as refusal:
        if refusal.code not in ("file_too_large", "body_incomplete"):
            with anyio.move_on_after(5):
                await drain(request)
        raise


def refuse_announced(request: Request, limit_bytes: int) -> None:
    """Raises `FileTooLarge` for a body whose own length says that its file is over the limit."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit_bytes + FORM_OVERHEAD_BYTES:
        raise too_large("the file", limit_bytes)
