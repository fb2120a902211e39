"""The kind of a file: its content says so first, its name only where content cannot."""

import re
from pathlib import PurePosixPath

import msgspec

from pagemill.domain.formats import BMP, FORMATS, GIF, JPEG, PDF, PNG, SUFFIXES, TIFF, WEBP, Family
from pagemill.pipeline.sniffing.compound import compound_kind
from pagemill.pipeline.sniffing.container import container_kind
from pagemill.pipeline.sniffing.glance import COMPOUND_MAGIC, Glance
from pagemill.pipeline.sniffing.refused import seen_as
from pagemill.pipeline.sniffing.text import MAIL_HEAD_BYTES, looks_like_mail, looks_like_text, text_kind

PDF_HEADER_WITHIN_BYTES = 1_024

_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_IMAGES = {
    b"\x89PNG\r\n\x1a\n": PNG,
    b"\xff\xd8\xff": JPEG,
    b"GIF87a": GIF,
    b"GIF89a": GIF,
    b"II*\x00": TIFF,
    b"MM\x00*": TIFF,
    b"II+\x00": TIFF,
    b"MM\x00+": TIFF,
}
_BMP_HEADER = re.compile(rb"BM.{4}\x00{4}.{4}[\x0c\x28\x34\x38\x40\x6c\x7c]\x00{3}", re.DOTALL)
_WEBP_HEADER = re.compile(rb"RIFF.{4}WEBP", re.DOTALL)
_PDF_HEADER = re.compile(rb"%PDF-\d")
_TEXT_SUFFIXES = frozenset(
    suffix
    for suffix, entry in SUFFIXES.items()
    if entry.family in (Family.TEXT, Family.MAIL) or suffix in (".csv", ".tsv")
)


class Kind(msgspec.Struct, frozen=True):
    """The media type of a file that can be read, else "" and, in words, what was seen instead."""

    media_type: str
    seen: str = ""


def kind_of(glance: Glance, file_name: str) -> Kind:
    """What the file is that begins and ends like this, and is called that. It must not be empty."""
    head, suffix = glance.head, PurePosixPath(file_name).suffix.lower()
    if is_container(head):
        media_type, seen = (container_kind if head.startswith(b"PK") else compound_kind)(glance, suffix)
        return Kind(media_type, seen)
    media_type = _image_type(head)
    if not media_type:
        is_text = looks_like_text(head)
        media_type = _pdf_type(head, suffix, is_text=is_text) or _mail_or_text(head, suffix, is_text=is_text)
    return Kind(media_type) if media_type else Kind("", seen_as(head))


def is_container(head: bytes) -> bool:
    """Whether only the end of the file tells what is in it."""
    return head.startswith((*_ZIP_MAGIC, COMPOUND_MAGIC))


def kinds_that_are_read() -> str:
    """All of them, in words."""
    names = [entry.name for entry in FORMATS]
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _image_type(head: bytes) -> str:
    if _BMP_HEADER.match(head):
        return BMP
    if _WEBP_HEADER.match(head):
        return WEBP
    return next((media_type for magic, media_type in _IMAGES.items() if head.startswith(magic)), "")


def _pdf_type(head: bytes, suffix: str, *, is_text: bool) -> str:
    """A text, or a mail, may speak of "%PDF-1.7"; a PDF may have junk before its header."""
    about_pdf = is_text and suffix in _TEXT_SUFFIXES and not head.startswith(b"%PDF-")
    return PDF if not about_pdf and _PDF_HEADER.search(head[: PDF_HEADER_WITHIN_BYTES + 8]) else ""


def _mail_or_text(head: bytes, suffix: str, *, is_text: bool) -> str:
    mail = looks_like_mail(head[:MAIL_HEAD_BYTES], suffix)
    return mail or (text_kind(head, suffix) if is_text else "")
