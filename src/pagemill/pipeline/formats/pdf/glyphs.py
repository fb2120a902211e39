"""The characters of a page one by one, as pdfium sees them: slower than liteparse, and with less to go wrong."""

import ctypes
import math
import unicodedata
from typing import Any

import msgspec
import pypdfium2.raw as pdfium_raw

from pagemill.domain.document import BBox

_LONGEST_NAME = 128
_HIGH, _LOW, _AFTER = 0xD800, 0xDC00, 0xE000


class Glyph(msgspec.Struct, frozen=True):
    """A character in the file's order: its box, its baseline's y and its size in points from the page's top left.

    Signs between words and lines have no box.
    """

    text: str
    box: BBox | None
    baseline: float = 0.0
    size: float = 0.0
    bold: bool = False


def glyphs_of(page: Any, text: Any) -> list[Glyph]:
    """The characters of pdfium's open page and its text page, each once; none of a page that is turned."""
    if page.get_rotation():
        return []
    left, _, _, top = page.get_bbox()
    found: list[Glyph] = []
    for index in range(text.count_chars()):
        sign = _sign(text, index)
        glyph = _glyph(text, index, sign, left, top) if sign else None
        if glyph and not (found and found[-1] == glyph and not glyph.text.isascii()):  # pdfium gives rare signs twice
            found.append(glyph)
    return found


def _sign(text: Any, index: int) -> str:
    """The character there; of one that takes two places, the first has it."""
    code = pdfium_raw.FPDFText_GetUnicode(text, index)
    if _LOW <= code < _AFTER:
        return ""
    if _HIGH <= code < _LOW:
        low = pdfium_raw.FPDFText_GetUnicode(text, index + 1)
        return chr(0x10000 + ((code - _HIGH) << 10) + (low - _LOW)) if _LOW <= low < _AFTER else ""
    return chr(code)


def _glyph(text: Any, index: int, sign: str, left: float, top: float) -> Glyph:
    if sign.isspace():
        return Glyph(sign, None)
    start, bottom, end, high = text.get_charbox(index)
    box = BBox(start - left, top - high, end - start, high - bottom)
    plain = unicodedata.normalize("NFKC", sign) if ord(sign) > 0xFFFF else sign
    return Glyph(plain, box, top - _origin(text, index), _size(text, index), _is_bold(text, index))


def _origin(text: Any, index: int) -> float:
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium_raw.FPDFText_GetCharOrigin(text, index, x, y)
    return y.value


def _size(text: Any, index: int) -> float:
    matrix = pdfium_raw.FS_MATRIX()
    if not pdfium_raw.FPDFText_GetMatrix(text, index, matrix):
        return 0.0
    size: float = pdfium_raw.FPDFText_GetFontSize(text, index) * math.hypot(matrix.c, matrix.d)
    return size


def _is_bold(text: Any, index: int) -> bool:
    name, flags = ctypes.create_string_buffer(_LONGEST_NAME), ctypes.c_int()
    pdfium_raw.FPDFText_GetFontInfo(text, index, name, _LONGEST_NAME, flags)
    return b"bold" in name.value.lower()
