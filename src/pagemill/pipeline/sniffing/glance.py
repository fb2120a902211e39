"""The few bytes of a file that tell what it is: collected while the file streams past, or looked up in one that is there."""

import os
from pathlib import Path
from typing import Self

HEAD_BYTES = 8_192
"""How much of a file's beginning is looked at."""

TAIL_BYTES = 128 * 1024
"""How much of its end: a ZIP container lists its parts there."""

DIRECTORY_BYTES = 4_096
"""How much of the list of streams of a compound (OLE) file, which says in its head where that list lies."""

COMPOUND_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SECTOR_SHIFT, _DIRECTORY_SECTOR = 30, 48
_SECTOR_SHIFTS = (9, 12)


class Glance:
    """Head, tail and, of a compound file, the directory: at most 260 KB, however long the file is."""

    def __init__(self) -> None:
        self.size_bytes = 0
        self.head = b""
        self.directory = bytearray()
        self._tail = bytearray()

    @classmethod
    def at(cls, data: bytes) -> Self:
        """The glance at a file in memory."""
        glance = cls()
        glance.take(data)
        return glance

    @classmethod
    def into(cls, path: Path) -> Self:
        """The glance into a file on this machine, of which no more is read. Raises `OSError`."""
        glance = cls()
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            glance.take(file.read(HEAD_BYTES))
            directory, tail = _directory_start(glance.head), max(0, size - TAIL_BYTES)
            for start, end in ((directory, directory + DIRECTORY_BYTES), (tail, size)):
                if start <= tail:
                    glance._skip_to(start)
                    file.seek(glance.size_bytes)
                    glance.take(file.read(max(0, end - glance.size_bytes)))
        return glance

    @property
    def tail(self) -> bytes:
        """The last bytes, as many as are kept: at most 128 KB, all of a short file."""
        return bytes(self._tail[-TAIL_BYTES:])

    @property
    def tail_start(self) -> int:
        """Where in the file the tail begins."""
        return self.size_bytes - min(len(self._tail), TAIL_BYTES)

    def take(self, piece: bytes) -> None:
        """The file's next bytes."""
        if len(self.head) < HEAD_BYTES:
            self.head += piece[: HEAD_BYTES - len(self.head)]
        self._take_directory(piece)
        self.size_bytes += len(piece)
        self._tail += piece[-TAIL_BYTES:]
        if len(self._tail) > 2 * TAIL_BYTES:
            del self._tail[:-TAIL_BYTES]

    def _skip_to(self, start: int) -> None:
        if start > self.size_bytes:
            self.size_bytes = start
            self._tail.clear()

    def _take_directory(self, piece: bytes) -> None:
        start = _directory_start(self.head)
        if start:
            offset = start + len(self.directory) - self.size_bytes
            if 0 <= offset < len(piece):
                self.directory += piece[offset : offset + DIRECTORY_BYTES - len(self.directory)]


def _directory_start(head: bytes) -> int:
    """Where the directory of a compound file begins; 0 for any other file."""
    if not head.startswith(COMPOUND_MAGIC) or len(head) < 512:
        return 0
    shift = int.from_bytes(head[_SECTOR_SHIFT : _SECTOR_SHIFT + 2], "little")
    sector = int.from_bytes(head[_DIRECTORY_SECTOR : _DIRECTORY_SECTOR + 4], "little")
    return (sector + 1) << shift if shift in _SECTOR_SHIFTS else 0
