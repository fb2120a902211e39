"""What an XLS file says of its own size, checked before calamine believes it and asks for memory."""

import struct
from collections.abc import Iterator

from olefile import OleFileIO, isOleFile

from pagemill.domain.errors import DocumentError

_STREAMS = ("Workbook", "Book")
_DIMENSIONS, _SHARED_STRINGS = 0x0200, 0x00FC
_MOST_ROWS, _MOST_COLUMNS = 65_536, 256
_BROKEN = (OSError, struct.error, IndexError, KeyError, ValueError, TypeError, AttributeError)


def check_records(path: str, file_name: str) -> None:
    """Raises `DocumentError` (`corrupt_file`) if this is no old Excel file, or one whose sizes cannot be true."""
    try:
        if not isOleFile(path):
            raise DocumentError(f"{file_name} is no Excel file of 1997 to 2003")
        with OleFileIO(path) as file:
            name = next((name for name in _STREAMS if file.exists(name)), "")
            data = file.openstream(name).read() if name else b""
    except _BROKEN as problem:
        raise DocumentError(f"{file_name} cannot be read: {problem}") from None
    if not data:
        raise DocumentError(f"{file_name} has no workbook in it")
    for kind, content in _records(data):
        if (kind == _DIMENSIONS and not _could_be(content)) or (kind == _SHARED_STRINGS and not _fits(content, data)):
            raise DocumentError(f"{file_name} claims a size that no sheet can have")


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, place)
        if kind in (_DIMENSIONS, _SHARED_STRINGS):
            yield kind, data[place + 4 : place + 4 + length]
        place += 4 + length


def _could_be(content: bytes) -> bool:
    """First row, row after the last, first column, column after the last; rows took two bytes before Excel 97."""
    form = "<IIHH" if len(content) >= 12 else "<HHHH"
    if len(content) < struct.calcsize(form):
        return False
    first_row, end_row, first_column, end_column = struct.unpack_from(form, content)
    rows_true = first_row <= end_row <= _MOST_ROWS
    return bool(rows_true and first_column <= end_column <= _MOST_COLUMNS)


def _fits(content: bytes, data: bytes) -> bool:
    """A text takes three bytes at least."""
    return len(content) >= 8 and 3 * int(struct.unpack_from("<I", content, 4)[0]) <= len(data)
