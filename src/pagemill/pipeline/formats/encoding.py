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


def decoded(data: bytes, declared: str = "") -> str:
    """The text: by its byte order mark, as UTF-8, as the file declares, or as it looks; wrong bytes become U+FFFD.

    Control characters are left out, line ends are newlines.
    """
    text = _by_mark(data) or _strictly(data, "utf-8") or _strictly(data, declared) or _by_look(data)
    return _UNREADABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


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
    guess = from_bytes(data[:_SAMPLE_BYTES]).best()
    return data.decode(guess.encoding if guess else "cp1252", "replace")
