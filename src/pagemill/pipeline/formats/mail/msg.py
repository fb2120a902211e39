"""Mails as Outlook stores them (MSG)."""

import struct
from collections import defaultdict
from email.utils import format_datetime

from olefile import OleFileIO

from pagemill.domain.errors import DocumentError
from pagemill.domain.limits import Limits
from pagemill.pipeline.formats.archive import check_unpacked
from pagemill.pipeline.formats.encoding import decoded
from pagemill.pipeline.formats.mail.message import (
    HEADERS,
    Attachment,
    Body,
    Mail,
    as_eml,
    mail_name,
    one_line,
    plain_name,
)
from pagemill.pipeline.formats.mail.properties import MESSAGE_HEADER_BYTES, Properties
from pagemill.pipeline.formats.mail.rtf import rtf_body
from pagemill.pipeline.source import Source

_SUBJECT, _BODY, _HTML, _RTF = 0x0037, 0x1000, 0x1013, 0x1009
_SENT_AT, _DELIVERED_AT = 0x0039, 0x0E06
_SENDERS = ((0x0C1A, (0x5D01, 0x0C1F)), (0x0042, (0x5D02, 0x0065)))
_SHOWN = {"To": 0x0E04, "Cc": 0x0E03, "Bcc": 0x0E02}
_RECIPIENT_TYPE, _RECIPIENTS = 0x0C15, {1: "To", 2: "Cc", 3: "Bcc"}
_NAME, _ADDRESSES = 0x3001, (0x39FE, 0x3003)
_CONTENT, _LONG_NAME, _SHORT_NAME, _MEDIA_TYPE, _CONTENT_ID = 0x3701, 0x3707, 0x3704, 0x370E, 0x3712
_RECIPIENT_PREFIX, _ATTACHMENT_PREFIX = "__recip_version1.0_", "__attach_version1.0_"
_IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp")
_BROKEN = (OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RuntimeError, struct.error)
"""What olefile raises for a damaged file, depending on where the damage is."""


def read_msg(source: Source, limits: Limits) -> Mail:
    """The mail in this file; mails that are attached to it come as EML.

    Raises `DocumentError`: `corrupt_file`, `unpacks_too_large`, `nested_too_deeply`.
    """
    try:
        with OleFileIO(source.path) as file:
            _check(file, source, limits)
            return _mail(Properties(file, (), MESSAGE_HEADER_BYTES), limits.max_nesting - source.nesting, source)
    except _BROKEN as problem:
        raise DocumentError(f"{source.file_name} is not a whole Outlook mail: {problem}") from None


def _check(file: OleFileIO, source: Source, limits: Limits) -> None:
    """Streams may claim the same bytes again and again, so all of them together are held against the limit."""
    claimed = sum(int(file.get_size(name)) for name in file.listdir(streams=True, storages=False))
    check_unpacked(source.file_name, claimed, file._filesize, limits)  # noqa: SLF001  olefile has no other name for it


def _mail(message: Properties, nesting_left: int, source: Source) -> Mail:
    if nesting_left < 0:
        raise DocumentError(f"{source.file_name} has mails in mails, too many deep", code="nested_too_deeply")
    found = [_attachment(part, nesting_left, source) for part in message.parts(_ATTACHMENT_PREFIX)]
    headers = _headers(message)
    return Mail(
        one_line(message.text(_SUBJECT)),
        {name: one_line(headers[name]) for name in HEADERS if headers.get(name)},
        (_body(message),),
        tuple(one for one in found if one is not None),
    )


def _headers(message: Properties) -> dict[str, str]:
    people = defaultdict(list)
    for one in message.parts(_RECIPIENT_PREFIX):
        kind = _RECIPIENTS.get(one.number(_RECIPIENT_TYPE), "To")
        people[kind].append(_person(one.text(_NAME), [one.text(tag) for tag in _ADDRESSES]))
    senders = (_person(message.text(name), [message.text(tag) for tag in tags]) for name, tags in _SENDERS)
    sent_at = message.time(_SENT_AT) or message.time(_DELIVERED_AT)
    return {
        "From": next(filter(None, senders), ""),
        "Date": format_datetime(sent_at) if sent_at else "",
        **{kind: ", ".join(people[kind]) or message.text(tag) for kind, tag in _SHOWN.items()},
    }


def _person(name: str, addresses: list[str]) -> str:
    address = next((one for one in addresses if "@" in one), "")
    return f"{name} <{address}>" if name and address and name != address else name or address


def _body(message: Properties) -> Body:
    text, html = message.text(_BODY), decoded(message.data(_HTML), message.encoding) or message.text(_HTML)
    if text.strip() or html.strip():
        return Body(text.replace("\r\n", "\n"), html)
    return rtf_body(message.data(_RTF))


def _attachment(part: Properties, nesting_left: int, source: Source) -> Attachment | None:
    """A file, or a mail as EML; None for what is neither, such as an object that only Outlook can show."""
    inner = part.embedded(_CONTENT)
    if inner is not None:
        mail = _mail(inner, nesting_left - 1, source)
        return Attachment(mail_name(mail.subject), as_eml(mail))
    data = part.data(_CONTENT)
    name = plain_name(part.text(_LONG_NAME) or part.text(_SHORT_NAME) or part.text(_NAME), "attachment")
    is_image = part.text(_MEDIA_TYPE).startswith("image/") or name.lower().endswith(_IMAGES)
    return Attachment(name, data, is_image, part.text(_CONTENT_ID)) if data else None
