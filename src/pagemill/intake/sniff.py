"""What kind of file this is: its content says so first, its name only where content cannot."""

import codecs
import re
from pathlib import PurePosixPath

from pagemill.domain.errors import PagemillError, RequestError, UnsupportedFile

HEAD_BYTES = 8_192
"""How much of a file's beginning decides what it is."""

MEDIA_TYPES = ("application/pdf", "image/png", "image/jpeg", "text/html", "text/markdown", "text/plain")
"""Every answer that `sniff` can give."""

PDF_HEADER_WITHIN_BYTES = 1_024
MARKDOWN_NAMES = frozenset({".md", ".markdown", ".mdown", ".mkd"})
HTML_NAMES = frozenset({".html", ".htm", ".xhtml"})
PLAIN_NAMES = frozenset({".txt", ".text", ".log", ".csv", ".tsv"})

_IMAGES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_REFUSED_TEXT = {b"{\\rtf": "a Rich Text (RTF) file", b"%!PS": "a PostScript file"}
_REFUSED = {
    b"PK\x03\x04": "a ZIP archive or an Office file",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an old Office file",
    b"GIF8": "a GIF image",
    b"II*\x00": "a TIFF image",
    b"MM\x00*": "a TIFF image",
    b"BM": "a BMP image",
    b"RIFF": "a WebP image, or sound or video",
    b"\x1f\x8b": "a gzip archive",
    b"\x7fELF": "a program",
}
_PDF_HEADER = re.compile(rb"%PDF-\d")
_HTML_START = re.compile(
    rb"(?:\s|<\?xml[^>]*>|<!--(?:(?!-->).)*-->)*<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE | re.DOTALL
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def sniff(head: bytes, file_name: str) -> str:
    """The media type of a file that begins with `head` (at least `HEAD_BYTES` of it, or all).

    Raises `UnsupportedFile`, naming what was seen, and `RequestError` (`empty_file`).
    """
    if not head:
        raise RequestError(f"{file_name} has no bytes", code="empty_file")
    suffix = PurePosixPath(file_name).suffix.lower()
    text = _is_text(head)
    media_type = _binary_type(head, is_text=text, suffix=suffix)
    if not media_type and text:
        media_type = _text_type(head, suffix)
    if not media_type:
        raise _unsupported(file_name, _seen(head))
    return media_type


def _binary_type(head: bytes, *, is_text: bool, suffix: str) -> str:
    for magic, media_type in _IMAGES.items():
        if head.startswith(magic):
            return media_type
    # A text may speak of "%PDF-1.7"; a PDF may have junk before its header.
    about_pdf = is_text and suffix in MARKDOWN_NAMES | HTML_NAMES | PLAIN_NAMES and not head.startswith(b"%PDF-")
    if not about_pdf and _PDF_HEADER.search(head[: PDF_HEADER_WITHIN_BYTES + 8]):
        return "application/pdf"
    return ""


def _text_type(head: bytes, suffix: str) -> str:
    start = _without_mark(head)
    if any(start.startswith(magic) for magic in _REFUSED_TEXT):
        return ""
    if suffix in MARKDOWN_NAMES:
        return "text/markdown"
    if suffix in HTML_NAMES or _HTML_START.match(start):
        return "text/html"
    return "text/plain"


def _without_mark(head: bytes) -> bytes:
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, "ignore").encode()
    return head.removeprefix(codecs.BOM_UTF8)


def _is_text(head: bytes) -> bool:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decodes(head, "utf-16")
    if any(head.startswith(magic) for magic in _REFUSED) or _CONTROL.search(head):
        return False
    return _decodes(head, "utf-8") or _has_an_old_encoding(head)


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(head, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _has_an_old_encoding(head: bytes) -> bool:
    from charset_normalizer import from_bytes

    return from_bytes(head).best() is not None


def _seen(head: bytes) -> str:
    for magic, what in (_REFUSED | _REFUSED_TEXT).items():
        if head.startswith(magic):
            return what
    import puremagic

    try:
        return f"something that looks like {puremagic.from_string(head, mime=True) or 'binary data'}"
    except puremagic.PureError:
        return "binary data of no known kind"


def _unsupported(file_name: str, seen: str) -> PagemillError:
    kinds = "PDF, PNG, JPEG, HTML, Markdown and plain text"
    return UnsupportedFile(f"{file_name} is {seen}", hint=f"These kinds are read: {kinds}.")
