"""A tiny writer of XLS files: one sheet of texts and numbers in a compound file."""

import struct
from pathlib import Path

_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SECTOR = 512


def old_workbook(path: Path, rows: list[list[str | float]], end_row: int = 0) -> Path:
    """An Excel 97 file; `end_row` is the height that it claims, if not the true one."""
    stream = _stream(rows, end_row or len(rows))
    stream = stream.ljust(max(4096, -len(stream) // _SECTOR * -_SECTOR), b"\0")
    sectors = len(stream) // _SECTOR
    chain = [_FAT, _END, *range(3, 2 + sectors), _END]
    fat = struct.pack(f"<{128}I", *chain, *[_FREE] * (128 - len(chain)))
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII109I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, _END, 0, _END, 0, 0, *[_FREE] * 108,
    )  # fmt: skip
    folder = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, 2, len(stream)) + bytes(256)
    path.write_bytes(header + fat + folder + stream)
    return path


def _stream(rows: list[list[str | float]], end_row: int) -> bytes:
    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0x0600)
    head, end = _record(0x0809, begin), _record(0x000A, b"")
    name = struct.pack("<BBBB", 0, 0, 5, 0) + b"Mills"
    listed = _record(0x0085, struct.pack("<I", len(head) + 4 + 4 + len(name) + len(end)) + name)
    width = max(map(len, rows))
    sheet = [_record(0x0809, begin[:2] + struct.pack("<H", 0x0010) + begin[4:])]
    sheet.append(_record(0x0200, struct.pack("<IIHHH", 0, end_row, 0, width, 0)))
    for row, values in enumerate(rows):
        sheet += [_cell(row, column, one) for column, one in enumerate(values)]
    return head + listed + end + b"".join(sheet) + end


def _cell(row: int, column: int, content: str | float) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(content, str):
        return _record(0x0204, place + struct.pack("<HB", len(content), 0) + content.encode("latin-1"))
    return _record(0x0203, place + struct.pack("<d", content))


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHBBIII16xI8x8xIQ", text, len(text), kind, 1, _FREE, _FREE, child, 0, start, size)
