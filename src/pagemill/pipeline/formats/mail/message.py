"""A mail, whatever program stored it."""

import re
from email.header import Header
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import msgspec

HEADERS = ("From", "To", "Cc", "Bcc", "Date")
"""The headers that a reader wants to see, in this order; the subject is the heading."""

_LONGEST_NAME = 150
_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_SHOWN_IMAGE_BYTES = 100 * 1024


class Body(msgspec.Struct, frozen=True):
    """What was written, in one form or in both."""

    text: str = ""
    html: str = ""


class Attachment(msgspec.Struct, frozen=True):
    """A file that came along. `content_id` is how the HTML names it, "" if it cannot."""

    name: str
    data: bytes
    is_image: bool = False
    content_id: str = ""


class Mail(msgspec.Struct, frozen=True):
    """A mail: `headers` are those of `HEADERS` that it has."""

    subject: str
    headers: dict[str, str]
    bodies: tuple[Body, ...]
    attachments: tuple[Attachment, ...]

    def documents(self) -> tuple[Attachment, ...]:
        """The attachments to be read: all but pictures under 100 KB that the text shows: signatures, logos, smileys."""
        return tuple(one for one in self.attachments if not self._decorates(one))

    def _decorates(self, one: Attachment) -> bool:
        shown = bool(one.content_id) and any(f"cid:{one.content_id}" in body.html for body in self.bodies)
        return one.is_image and shown and len(one.data) < _SHOWN_IMAGE_BYTES


def plain_name(given: str, otherwise: str) -> str:
    """The name of an attachment as it may be shown: one line, no folders, at most 150 characters with its suffix."""
    name = re.split(r"[/\\]", one_line(given))[-1].strip()
    stem, dot, suffix = name.rpartition(".")
    if len(name) > _LONGEST_NAME and stem and len(suffix) < 10:
        return f"{stem[: _LONGEST_NAME - len(suffix) - 1]}{dot}{suffix}"
    return name[:_LONGEST_NAME] if name.strip(".") else otherwise


def mail_name(subject: str) -> str:
    """What a mail within a mail is called."""
    return plain_name(f"{re.sub(r'[/.:]+', ' ', subject).strip() or 'mail'}.eml", "mail.eml")


def one_line(text: str) -> str:
    """The text without line ends, control characters and marks that change how it reads."""
    return " ".join(_HIDDEN.sub(" ", text).split())


def as_eml(mail: Mail) -> bytes:
    """The mail as its own file, as a mail within another one has to be handed on."""
    whole = MIMEMultipart("mixed")
    whole["Subject"] = Header(mail.subject, "utf-8").encode()
    for name, value in mail.headers.items():
        whole[name] = Header(value, "utf-8").encode()
    for body in mail.bodies:
        forms = MIMEMultipart("alternative")
        if body.text:
            forms.attach(MIMEText(body.text, "plain", "utf-8"))
        if body.html:
            forms.attach(MIMEText(body.html, "html", "utf-8"))
        whole.attach(forms)
    for one in mail.attachments:
        part = MIMEApplication(one.data, "octet-stream")
        part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", one.name))
        if one.content_id:
            part.add_header("Content-ID", f"<{one.content_id}>")
        whole.attach(part)
    return whole.as_bytes()
