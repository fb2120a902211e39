"""Mails as they travel (RFC 5322 and MIME)."""

import mimetypes
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from pathlib import Path

from pagemill.domain.errors import DocumentError
from pagemill.domain.limits import Limits
from pagemill.pipeline.formats.encoding import decoded
from pagemill.pipeline.formats.mail.message import HEADERS, Attachment, Body, Mail, mail_name, one_line, plain_name
from pagemill.pipeline.source import Source

_BODIES = ("text/plain", "text/html")
_SIGNATURES = frozenset(
    {
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-keys",
    }
)
_SIGNATURE_LINE = "-- "
_BROKEN = (MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError)
"""What the standard library raises for mails that no standard foresaw."""


def read_eml(source: Source, limits: Limits) -> Mail:
    """The mail in this file. Raises `DocumentError` like `parsed_eml`, and `empty_file`."""
    del limits
    data = Path(source.path).read_bytes()
    if not data.strip():
        raise DocumentError(f"{source.file_name} is empty", code="empty_file")
    return parsed_eml(data, source.file_name)


def parsed_eml(data: bytes, file_name: str) -> Mail:
    """The mail. Raises `DocumentError`: `corrupt_file`, `nested_too_deeply`."""
    try:
        return _mail(message_from_bytes(data))
    except RecursionError:
        raise DocumentError(f"{file_name} has parts in parts without end", code="nested_too_deeply") from None
    except _BROKEN as problem:
        raise DocumentError(f"{file_name} is not a mail that can be read: {problem}") from None


def _mail(message: Message) -> Mail:
    bodies, attachments = _contents(message)
    headers = {name: value for name in HEADERS if (value := _header(message, name))}
    named = tuple(_attachment(part, number) for number, part in enumerate(attachments, 1))
    return Mail(_header(message, "Subject"), headers, tuple(bodies), named)


def _contents(part: Message) -> tuple[list[Body], list[Message]]:
    """What was written and what came along, in order."""
    if part.get_content_type() == "multipart/alternative":
        leaves = list(_leaves(part))
        forms = {kind: [_text(one) for one in leaves if _is_body(one, kind)] for kind in _BODIES}
        others = [one for one in leaves if not any(_is_body(one, kind) for kind in _BODIES)]
        return [Body("\n".join(forms["text/plain"]), "\n".join(forms["text/html"]))], _worth_reading(others)
    if _has_parts(part):
        contents = [_contents(child) for child in _children(part)]
        return [body for bodies, _ in contents for body in bodies], [one for _, files in contents for one in files]
    if _is_body(part, "text/plain"):
        return [Body(text=_text(part))], []
    return ([Body(html=_text(part))], []) if _is_body(part, "text/html") else ([], _worth_reading([part]))


def _leaves(part: Message) -> Iterator[Message]:
    if _has_parts(part):
        for child in _children(part):
            yield from _leaves(child)
    else:
        yield part


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _has_parts(part: Message) -> bool:
    return part.get_content_maintype() == "multipart" and part.is_multipart()


def _is_body(part: Message, kind: str) -> bool:
    return (
        part.get_content_type() == kind and not part.get_filename() and part.get_content_disposition() != "attachment"
    )


def _worth_reading(parts: list[Message]) -> list[Message]:
    """Without signatures, and without other forms of the text that have no name, such as an invitation's."""
    return [
        part
        for part in parts
        if part.get_content_type() not in _SIGNATURES and (part.get_payload() or part.get_filename())
    ]


def _text(part: Message) -> str:
    text = decoded(_data(part), _charset(part))
    return _flowed(text) if part.get_param("format") == "flowed" else text


def _flowed(text: str) -> str:
    """The text with its lines joined that end in a space (RFC 3676)."""
    lines: list[str] = []
    for line in text.split("\n"):
        if lines and lines[-1].endswith(" ") and lines[-1] != _SIGNATURE_LINE and line[:1] != ">":
            lines[-1] += line
        else:
            lines.append(line)
    return "\n".join(lines)


def _data(part: Message) -> bytes:
    if part.is_multipart():
        return b"\n".join(inner.as_bytes() for inner in _children(part))
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _attachment(part: Message, number: int) -> Attachment:
    kind = part.get_content_type()
    suffix = mimetypes.guess_extension(kind) or ""
    otherwise = f"attachment-{number}{suffix}"
    for inner in _children(part)[:1] if kind == "message/rfc822" else ():
        otherwise = mail_name(_header(inner, "Subject"))
    return Attachment(
        name=plain_name(_words(part.get_filename() or "", _charset(part)), otherwise),
        data=_data(part),
        is_image=kind.startswith("image/"),
        content_id=str(part.get("Content-ID", "")).strip(" <>\t\r\n"),
    )


def _header(message: Message, name: str) -> str:
    values = [str(value) for key, value in message.raw_items() if key.lower() == name.lower()]
    return one_line(", ".join(_words(value, _charset(message)) for value in values))


def _charset(part: Message) -> str:
    return str(part.get_param("charset") or "")


def _words(value: str, charset: str) -> str:
    """The header's text, its encoded words (RFC 2047) decoded; what was never encoded is UTF-8 or in the mail's charset."""
    text = _raw_text(value.encode("utf-8", "surrogateescape"), charset)
    try:
        parts = decode_header(" ".join(text.splitlines()))
    except (HeaderParseError, ValueError):
        return text
    return "".join(part if isinstance(part, str) else _word(part, charset) for part, charset in parts)


def _raw_text(data: bytes, charset: str) -> str:
    for encoding in ("utf-8", charset or "cp1252", "cp1252"):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1")


def _word(part: bytes, charset: str | None) -> str:
    return decoded(part, charset) if charset else part.decode("raw-unicode-escape", "replace")
