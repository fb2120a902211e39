"""The port of the blobs: synchronous, so that worker children use the very same code; the service calls it in threads.

Keys are relative, slash-separated paths of letters, digits, `_`, `-` and `.`; no part of one starts with a dot. A blob is complete and durable once its write
returns, and is never seen half written. Raises `TransientError` (`storage_unavailable`) when the storage cannot be reached
and `StoreFull` when it has no room.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol

import msgspec

from pagemill.domain.errors import TransientError


class BlobMissing(TransientError):
    """There is no blob under that key."""


class BlobInfo(msgspec.Struct, frozen=True):
    """A stored blob: its key, size in bytes, and when it was last written (epoch seconds)."""

    key: str
    size_bytes: int
    modified_at: float


class Blobs(Protocol):
    """Where bytes lie. Implementations can be pickled into a child process."""

    def put(self, key: str, content: bytes) -> None:
        """Stores `content` durably under `key`, replacing what was there."""
        ...

    def write(self, key: str) -> AbstractContextManager[BinaryIO]:
        """A file to write a large blob through; durable when the block ends, gone without a trace if it raises."""
        ...

    def copy(self, source_key: str, target_key: str) -> None:
        """Gives a blob a second, independent key, durably; replaces what was there. Raises `BlobMissing`."""
        ...

    def get(self, key: str) -> bytes:
        """The whole blob. Raises `BlobMissing`."""
        ...

    def open(self, key: str) -> BinaryIO:
        """A readable, seekable file of the blob. Raises `BlobMissing`."""
        ...

    def local_file(self, key: str) -> AbstractContextManager[Path]:
        """The blob as a file on this machine for as long as the block lasts. Raises `BlobMissing`."""
        ...

    def info(self, key: str) -> BlobInfo:
        """Size and time of one blob. Raises `BlobMissing`."""
        ...

    def list(self, prefix: str) -> Iterator[BlobInfo]:
        """All blobs whose key starts with `prefix`, in no order; unfinished writes are not listed."""
        ...

    def owners(self) -> Iterator[str]:
        """The first part of every key, each once, in no order; those of unfinished writes too."""
        ...

    def delete(self, prefixes: Iterable[str]) -> None:
        """Removes every blob under each prefix, unfinished writes included; what is not there is no error."""
        ...
