"""A request as a value, before any transport has seen it, with the way to read its answer."""

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Generic, TypeVar

import msgspec

Answer = TypeVar("Answer")
Content = Path | bytes | BinaryIO
File = str | Content
"""What callers may give; a string is a path."""


class Upload(msgspec.Struct, frozen=True):
    """A file to send, from its beginning each time: a path, bytes, or an open binary file that can be rewound."""

    file_name: str
    content: Content

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """The content as a file. Raises `OSError`."""
        if isinstance(self.content, Path):
            with self.content.open("rb") as file:
                yield file
        elif isinstance(self.content, bytes):
            yield io.BytesIO(self.content)
        else:
            yield self.content


def upload_of(file: File, file_name: str = "") -> Upload:
    """The upload that the caller means. Raises `TypeError` for content without a name."""
    content: Content = Path(file) if isinstance(file, str) else file
    name = file_name or _own_name(content)
    if not name:
        raise TypeError("this content has no name of its own: give a file_name")
    return Upload(name, _rewindable(content))


def _rewindable(content: Content) -> Content:
    return content if isinstance(content, Path | bytes) or content.seekable() else content.read()


def _own_name(content: Content) -> str:
    if isinstance(content, Path):
        return content.name
    own = getattr(content, "name", "")
    return Path(own).name if isinstance(own, str) else ""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be sent. One that is not `repeatable` is sent again only if it certainly was not taken."""

    method: str
    path: str
    query: Mapping[str, Any] | None = None
    json: Any = None
    fields: Mapping[str, str] | None = None
    upload: Upload | None = None
    headers: Mapping[str, str] | None = None
    repeatable: bool = True

    @contextmanager
    def prepared(self) -> Iterator[dict[str, Any]]:
        """The arguments of `httpx2.Client.request`. Raises `OSError` if the file cannot be read."""
        arguments = {"method": self.method, "url": self.path, "params": self.query, "headers": self.headers}
        if self.upload is None:
            yield arguments | {"json": self.json}
            return
        with self.upload.opened() as file:
            yield arguments | {"data": self.fields, "files": {"file": (self.upload.file_name, file)}}


class Call(msgspec.Struct, Generic[Answer], frozen=True):
    """A request, and what its answer's body means."""

    request: Request
    read: Callable[[bytes], Answer]
