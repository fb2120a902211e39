"""What a compound (OLE) file is, by the names of its streams: old Office, Outlook, or an encrypted newer Office file."""

import re

from pagemill.domain.formats import DOC, DOCX, MSG, PPT, PPTX, SUFFIXES, XLS, XLSX
from pagemill.pipeline.sniffing.glance import Glance

_ENTRY_BYTES = 128
_USED_TYPES = frozenset({1, 2, 5})
_STREAMS = {
    "__properties_version1.0": MSG,
    "__nameid_version1.0": MSG,
    "PowerPoint Document": PPT,
    "WordDocument": DOC,
    "Workbook": XLS,
    "Book": XLS,
}
_ENCRYPTED = "EncryptedPackage"
_OUTLOOK_STREAM = re.compile(r"__substg1\.0_[0-9A-F]{8}")
_READ_AS_COMPOUND = frozenset({DOC, PPT, XLS, MSG})


def compound_kind(glance: Glance, suffix: str) -> tuple[str, str]:
    """The media type, or "" and what was seen. Its first entries are its own; entries at the end may be those of files in it."""
    for names in (stream_names(bytes(glance.directory)), _names_at_the_end(glance)):
        media_type = _by_streams(names, suffix)
        if media_type:
            return media_type, ""
    by_suffix = SUFFIXES.get(suffix)
    if by_suffix and by_suffix.media_type in _READ_AS_COMPOUND:
        return by_suffix.media_type, ""
    return "", "a compound file of no known program"


def stream_names(directory: bytes) -> list[str]:
    """The names in a directory of 128-byte entries; what is no entry is passed over."""
    entries = (directory[start : start + _ENTRY_BYTES] for start in range(0, len(directory), _ENTRY_BYTES))
    return [name for name in map(_name, entries) if name]


def _names_at_the_end(glance: Glance) -> list[str]:
    return stream_names(glance.tail[-glance.tail_start % _ENTRY_BYTES :])


def _name(entry: bytes) -> str:
    if len(entry) < _ENTRY_BYTES or entry[66] not in _USED_TYPES:
        return ""
    length = int.from_bytes(entry[64:66], "little")
    if not 4 <= length <= 64 or length % 2 or any(entry[length:64]):
        return ""
    return entry[: length - 2].decode("utf-16-le", "replace")


def _by_streams(names: list[str], suffix: str) -> str:
    if _ENCRYPTED in names:
        by_suffix = SUFFIXES.get(suffix)
        return by_suffix.media_type if by_suffix and by_suffix.media_type in (DOCX, PPTX, XLSX) else DOCX
    if any(_OUTLOOK_STREAM.fullmatch(name) for name in names):
        return MSG
    return next((media_type for stream, media_type in _STREAMS.items() if stream in names), "")
