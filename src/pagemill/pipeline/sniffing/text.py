"""Whether bytes are text, and which kind of text: mail, HTML, Markdown, CSV or plain."""

import codecs
import re

from pagemill.domain.formats import CSV, EML, HTML, MARKDOWN, PLAIN_TEXT, SUFFIXES
from pagemill.pipeline.formats.encoding import utf16_of
from pagemill.pipeline.sniffing.refused import is_refused

MAIL_HEAD_BYTES = 4_096
"""How much of the beginning has to be mail headers, or all of them."""

_HTML_START = re.compile(
    rb"(?:\s|<\?xml[^>]*>|<!--(?:(?!-->).)*-->)*<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE | re.DOTALL
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_CONTROLS_SHARE = 0.005  # old texts have an end mark or a bell, logs what a terminal was told
_MARK = re.compile(rb"\xef\xbb\xbf|\s+")
_HEADER_LINE = re.compile(rb"([!-9;-~]+)[ \t]*:|[ \t]")
_MAIL_HEADERS = frozenset(
    b"from to cc bcc subject date received mime-version message-id return-path delivered-to reply-to sender content-type "
    b"dkim-signature x-mailer in-reply-to references".split()
)
_BY_SUFFIX_ALONE = frozenset({HTML, MARKDOWN, CSV})


def looks_like_text(head: bytes) -> bool:
    """Whether a file that begins like this is text in any common encoding, and of no kind that is refused."""
    encoding = utf16_of(head)
    if encoding:
        return _decodes(head, encoding) and _has_few_controls(
            head.decode(encoding, "ignore").encode("utf-8", "replace")
        )
    if is_refused(head) or not _has_few_controls(head):
        return False
    return _decodes(head, "utf-8") or _has_an_old_encoding(head)


def _has_few_controls(text: bytes) -> bool:
    return b"\x00" not in text and len(_CONTROL.findall(text)) <= _MOST_CONTROLS_SHARE * len(text)


def text_kind(head: bytes, suffix: str) -> str:
    """The media type of a text; "" for one that only programs can read."""
    start = _as_ascii(head)
    if is_refused(start):
        return ""
    entry = SUFFIXES.get(suffix)
    if entry and entry.media_type in _BY_SUFFIX_ALONE:
        return entry.media_type
    return HTML if _HTML_START.match(start) else PLAIN_TEXT


def looks_like_mail(head: bytes, suffix: str) -> str:
    """`message/rfc822` if the first lines are headers, at least two of them such as mails have; else "".

    A `.eml` needs only one among its first lines.
    """
    entry = SUFFIXES.get(suffix)
    if entry and entry.media_type in _BY_SUFFIX_ALONE:
        return ""
    own_name = entry is not None and entry.media_type == EML
    lines = _header_lines(_MARK.sub(b"", head, count=1) if _MARK.match(head) else head, from_line=own_name)
    names = {match.group(1).lower() for match in lines if match and match.group(1)}
    known = len(names & _MAIL_HEADERS)
    return EML if (own_name and known) or (known > 1 and all(lines)) else ""


def _header_lines(start: bytes, *, from_line: bool) -> list[re.Match[bytes] | None]:
    """The lines up to the first empty one, each matched as a header or its continuation; the last one may be cut off."""
    block = re.split(rb"\r?\n\r?\n|\r\r", start, maxsplit=1)
    lines = block[0].splitlines()
    if from_line and lines and lines[0].startswith(b"From "):
        lines = lines[1:]
    cut_off = len(block) == 1 and len(start) >= MAIL_HEAD_BYTES // 2
    return [_HEADER_LINE.match(line) for line in (lines[:-1] if cut_off else lines)]


def _as_ascii(head: bytes) -> bytes:
    encoding = utf16_of(head)
    if encoding:
        return head.decode(encoding, "ignore").lstrip("\ufeff").encode()
    return head.removeprefix(codecs.BOM_UTF8)


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(head, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _has_an_old_encoding(head: bytes) -> bool:
    from charset_normalizer import from_bytes

    whole = head[: head.rfind(b"\n") + 1] or head  # a character at the end may be cut off
    return from_bytes(whole).best() is not None
