"""ZIP containers (Office files, e-books), opened so that none can unpack to more than it may."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from lzma import LZMAError
from zipfile import BadZipFile, ZipFile, ZipInfo

from pagemill.domain.errors import DocumentError
from pagemill.domain.limits import MEBIBYTE, Limits

ALWAYS_ALLOWED_BYTES = 16 * MEBIBYTE
"""Small files of repeated text compress very well; what unpacks to no more than this is never a bomb."""

MOST_PARTS = 100_000
_ENCRYPTED = 0x1
_BROKEN = (
    BadZipFile,
    EOFError,
    LZMAError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What `zipfile` raises for a damaged file, depending on where the damage is."""


class Archive:
    """An open container. What a part unpacks to is never more than its directory entry says; `zipfile` sees to that."""

    def __init__(self, file: ZipFile, file_name: str) -> None:
        self._file = file
        self._file_name = file_name
        self.names = tuple(file.namelist())

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def read(self, name: str) -> bytes:
        """A part, whole. Raises `DocumentError` (`corrupt_file`) if it is missing or damaged."""
        try:
            return self._file.read(name)
        except _BROKEN as problem:
            raise DocumentError(f"{self._file_name}: its part {name} cannot be read: {problem}") from None


@contextmanager
def opened_archive(path: str, file_name: str, limits: Limits) -> Iterator[Archive]:
    """The container at `path`, checked against the limits.

    Raises `DocumentError`: `corrupt_file`, `unpacks_too_large`, and `password_required` for parts that are encrypted.
    """
    try:
        file = ZipFile(path)
    except _BROKEN as problem:
        raise DocumentError(f"{file_name} is not a whole container: {problem}") from None
    with file:
        _check(file.infolist(), file_name, sum(part.compress_size for part in file.infolist()), limits)
        yield Archive(file, file_name)


def _check(parts: list[ZipInfo], file_name: str, packed_bytes: int, limits: Limits) -> None:
    if len(parts) > MOST_PARTS:
        raise DocumentError(f"{file_name} has {len(parts)} parts; {MOST_PARTS} are allowed", code="unpacks_too_large")
    check_unpacked(file_name, sum(part.file_size for part in parts), packed_bytes, limits)
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise DocumentError(f"{file_name} is encrypted", code="password_required")


def check_unpacked(file_name: str, unpacked_bytes: int, packed_bytes: int, limits: Limits) -> None:
    """Raises `DocumentError` (`unpacks_too_large`) if so many bytes may not come out of so many."""
    allowed = max(ALWAYS_ALLOWED_BYTES, packed_bytes * limits.max_unpacked_ratio)
    if unpacked_bytes > min(allowed, limits.max_unpacked_bytes):
        raise DocumentError(
            f"{file_name} unpacks from {packed_bytes:,} to {unpacked_bytes:,} bytes", code="unpacks_too_large"
        )
