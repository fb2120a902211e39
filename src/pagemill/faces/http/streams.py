"""Stored bytes on their way out: streamed in threads, with ETag and single byte ranges."""

import hashlib
import re
from collections.abc import AsyncIterator
from typing import BinaryIO
from urllib.parse import quote

import anyio.to_thread
import msgspec
from fastapi import Request
from fastapi.responses import Response, StreamingResponse

from pagemill.blobs.port import Blobs
from pagemill.domain.errors import RequestError

PIECE_BYTES = 256 * 1024
CACHING = "private, no-cache"

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class Span(msgspec.Struct, frozen=True):
    """Bytes `first` to `last` of a blob, both included."""

    first: int
    last: int


class UnsatisfiableRange(RequestError):
    """The range lies beyond the end. `headers` says how long the blob is."""

    code = "range_not_satisfiable"

    def __init__(self, size_bytes: int) -> None:
        super().__init__(f"there are only {size_bytes} bytes")
        self.headers = {"Content-Range": f"bytes */{size_bytes}"}


async def blob_response(request: Request, blobs: Blobs, key: str, media_type: str, headers: dict[str, str]) -> Response:
    """The blob, the part of it that Range asks for, or 304 if the asker has it. Raises `BlobMissing`.

    A key is written once, so it is the blob's version.
    """
    info = await anyio.to_thread.run_sync(blobs.info, key)
    etag = etag_of(key)
    headers = {"ETag": etag, "Cache-Control": CACHING, "Accept-Ranges": "bytes", **headers}
    if has_version(request, etag):
        return Response(status_code=304, headers=headers)
    span = _span(request, etag, info.size_bytes)
    whole = Span(0, info.size_bytes - 1)
    part = span or whole
    headers["Content-Length"] = str(part.last - part.first + 1)
    if span is not None:
        headers["Content-Range"] = f"bytes {span.first}-{span.last}/{info.size_bytes}"
    if request.method == "HEAD":
        return Response(None, 206 if span else 200, headers, media_type)
    file = await anyio.to_thread.run_sync(blobs.open, key)
    return StreamingResponse(_read(file, part), 206 if span else 200, headers, media_type)


def disposition(kind: str, file_name: str) -> str:
    """The Content-Disposition header: `inline` to show it, `attachment` to save it."""
    return f"{kind}; filename*=UTF-8''{quote(file_name, safe='')}"


def etag_of(version: str) -> str:
    """The ETag of what is named so; whoever changes it changes the name."""
    return f'"{hashlib.sha256(version.encode()).hexdigest()[:32]}"'


def has_version(request: Request, etag: str) -> bool:
    """Whether If-None-Match names this version."""
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    return etag in known or known == {"*"}


def requested_range(header: str, size_bytes: int) -> Span | None:
    """The one range that a Range header asks for; None for what is no single range, which HTTP lets us ignore.

    Raises `UnsatisfiableRange`.
    """
    found = _RANGE.fullmatch(header.replace(" ", ""))
    if found is None or found.group() == "bytes=-":
        return None
    first, last = found.groups()
    if first and last and int(first) > int(last):
        return None
    if not first:
        span = Span(max(0, size_bytes - int(last)), size_bytes - 1)
    else:
        span = Span(int(first), min(int(last), size_bytes - 1) if last else size_bytes - 1)
    if span.first > span.last:
        raise UnsatisfiableRange(size_bytes)
    return span


def _span(request: Request, etag: str, size_bytes: int) -> Span | None:
    if request.headers.get("if-range", etag) != etag:
        return None
    return requested_range(request.headers.get("range", ""), size_bytes)


async def _read(file: BinaryIO, part: Span) -> AsyncIterator[bytes]:
    left = part.last - part.first + 1
    try:
        await anyio.to_thread.run_sync(file.seek, part.first)
        while left > 0:
            piece = await anyio.to_thread.run_sync(file.read, min(PIECE_BYTES, left))
            if not piece:
                return
            left -= len(piece)
            yield piece
    finally:
        file.close()
