"""The properties that Outlook stores in a compound file: of a message, a recipient or an attachment (MS-OXMSG)."""

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cached_property

from olefile import OleFileIO

from pagemill.pipeline.formats.encoding import decoded

MESSAGE_HEADER_BYTES = 32
EMBEDDED_HEADER_BYTES = 24
PART_HEADER_BYTES = 8

_PROPERTIES = "__properties_version1.0"
_VALUE = "__substg1.0_"
_ENTRY = struct.Struct("<HHI8s")
_UNICODE, _BYTES_TEXT, _BINARY, _OBJECT = "001F", "001E", "0102", "000D"
_CODE_PAGES = (0x3FFD, 0x3FDE)
_UTF8_CODE_PAGE = 65_001
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_LAST_SECOND = 10**11


class Properties:
    """A storage with its properties, by the number (tag) that the specification gives each."""

    def __init__(self, file: OleFileIO, path: tuple[str, ...], header_bytes: int, encoding: str = "") -> None:
        self._file = file
        self._path = path
        self._header_bytes = header_bytes
        self.encoding = self._code_page() or encoding

    def text(self, tag: int) -> str:
        """A text; "" if it is not there."""
        data = self._stream(tag, _UNICODE)
        if data:
            return data.decode("utf-16-le", "replace").rstrip("\0")
        return decoded(self._stream(tag, _BYTES_TEXT), self.encoding).rstrip("\0")

    def data(self, tag: int) -> bytes:
        """Bytes; none if they are not there."""
        return self._stream(tag, _BINARY)

    def size_bytes(self, tag: int) -> int:
        """How long these bytes claim to be."""
        name = self._name(tag, _BINARY)
        return int(self._file.get_size(name)) if self._file.exists(name) else 0

    def number(self, tag: int) -> int:
        """A number; 0 if it is not there."""
        return int.from_bytes(self._fixed.get(tag, b"")[:4], "little")

    def time(self, tag: int) -> datetime | None:
        """A moment, in UTC."""
        seconds = int.from_bytes(self._fixed.get(tag, b""), "little") // 10_000_000
        return _EPOCH + timedelta(seconds=seconds) if 0 < seconds < _LAST_SECOND else None

    def parts(self, prefix: str) -> Iterator["Properties"]:
        """The storages below this one whose names begin like this, in the order of their names."""
        depth = len(self._path)
        names = {
            tuple(path[: depth + 1])
            for path in self._file.listdir(streams=True, storages=False)
            if tuple(path[:depth]) == self._path and len(path) > depth + 1 and path[depth].startswith(prefix)
        }
        return (Properties(self._file, name, PART_HEADER_BYTES, self.encoding) for name in sorted(names))

    def embedded(self, tag: int) -> "Properties | None":
        """A message that is the value of this property."""
        path = (*self._path, f"{_VALUE}{tag:04X}{_OBJECT}")
        known = self._file.exists([*path, _PROPERTIES])
        return Properties(self._file, path, EMBEDDED_HEADER_BYTES, self.encoding) if known else None

    @cached_property
    def _fixed(self) -> dict[int, bytes]:
        data = self._read([*self._path, _PROPERTIES])[self._header_bytes :]
        whole = len(data) - len(data) % _ENTRY.size
        return {tag: value for _, tag, _, value in _ENTRY.iter_unpack(data[:whole])}

    def _code_page(self) -> str:
        number = next((page for tag in _CODE_PAGES if (page := self.number(tag))), 0)
        return "utf-8" if number == _UTF8_CODE_PAGE else f"cp{number}" if number else ""

    def _stream(self, tag: int, kind: str) -> bytes:
        return self._read(self._name(tag, kind))

    def _name(self, tag: int, kind: str) -> list[str]:
        return [*self._path, f"{_VALUE}{tag:04X}{kind}"]

    def _read(self, name: list[str]) -> bytes:
        if not self._file.exists(name):
            return b""
        with self._file.openstream(name) as stream:
            return bytes(stream.read())
