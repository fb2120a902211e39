"""A TrueType font with one glyph: a box as large as the em.

Nobody sees it, since the text is invisible, but readers measure it: without a font of our own they measure whatever font
the machine puts in its place, and words get wrong boxes.
"""

import struct

UNITS = 1000  # an em
ADVANCE, ASCENT, DESCENT = 500, 800, 200
_MAGIC = 0x5F0F3CF5
_ON_CURVE = 1


def blank_font() -> bytes:
    """The font file: glyph 0 reaches from (0, -200) to (500, 800) of 1000 units."""
    tables = {
        b"glyf": _box(),
        b"head": _head(),
        b"hhea": _hhea(),
        b"hmtx": struct.pack(">Hh", ADVANCE, 0),
        b"loca": struct.pack(">2H", 0, len(_box()) // 2),
        b"maxp": struct.pack(">L14H", 0x00010000, 1, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    directory, data = struct.pack(">L4H", 0x00010000, len(tables), 64, 2, 32), b""
    start = len(directory) + 16 * len(tables)
    for tag, table in tables.items():
        directory += struct.pack(">4s3L", tag, 0, start + len(data), len(table))
        data += table + bytes(-len(table) % 4)
    return directory + data


def _box() -> bytes:
    """The glyph's outline: one contour of four corners, each a step from the one before."""
    header = struct.pack(">5h", 1, 0, -DESCENT, ADVANCE, ASCENT)
    contour = struct.pack(">HH", 3, 0) + bytes([_ON_CURVE] * 4)
    across = struct.pack(">4h", 0, 0, ADVANCE, 0)
    upwards = struct.pack(">4h", -DESCENT, ASCENT + DESCENT, 0, -ASCENT - DESCENT)
    return header + contour + across + upwards


def _head() -> bytes:
    box = struct.pack(">4h", 0, -DESCENT, ADVANCE, ASCENT)
    start = struct.pack(">4L2H2Q", 0x00010000, 0x00010000, 0, _MAGIC, 0, UNITS, 0, 0)
    return start + box + struct.pack(">2H3h", 0, 8, 2, 0, 0)


def _hhea() -> bytes:
    return struct.pack(">L3hH11hH", 0x00010000, ASCENT, -DESCENT, 0, ADVANCE, *[0] * 11, 1)
