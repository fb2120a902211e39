"""Bytes to text, whatever their encoding."""

import codecs
import re

from charset_normalizer import from_bytes

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE_BYTES = 64 * 1024
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_HALF_WIDTH_KANA = re.compile(r"[\uff61-\uff9f]")
_JAPANESE = ["cp932", "shift_jis", "shift_jis_2004", "shift_jisx0213"]
_ESCAPED_JAPANESE = b"\x1b$"
_LOOKED_AT_BYTES = 2048


def decoded(data: bytes, declared: str = "") -> str:
    """The text: by its byte order mark, as UTF-8, as the file declares, or as it looks; wrong bytes become U+FFFD.

    Control characters are left out, line ends are newlines.
    """
    text = (
        _by_mark(data)
        or _strictly(data, utf16_of(data))
        or _strictly(data, "iso2022_jp" if _ESCAPED_JAPANESE in data else "")
        or _strictly(data, "utf-8")
        or _strictly(data, declared)
        or _by_look(data)
    )
    return _UNREADABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def utf16_of(data: bytes) -> str:
    """`utf-16` by its mark; `utf-16-le` or `-be` for Western text without one, where every other byte is 0; else ""."""
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = data[:_LOOKED_AT_BYTES]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if len(sample) < 4 or 4 * max(even, odd) < len(sample) or 10 * min(even, odd) > max(even, odd):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _by_mark(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    return ""


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding) if encoding else ""
    except (UnicodeDecodeError, LookupError):
        return ""


def _by_look(data: bytes) -> str:
    sample = data[:_SAMPLE_BYTES]
    guess = from_bytes(sample).best()
    if guess and guess.encoding in _JAPANESE and 2 * len(_HALF_WIDTH_KANA.findall(str(guess))) > len(str(guess)):
        guess = from_bytes(sample, cp_exclusion=_JAPANESE).best()  # Cyrillic letters of KOI8 are kana there
    return data.decode(guess.encoding if guess else "cp1252", "replace")
