"""What a ZIP container is: an Office file, an OpenDocument file, an e-book, or something that is not read."""

import re
import zlib
from collections import Counter

from pagemill.domain.formats import DOCX, EPUB, MEDIA_TYPES, ODP, ODS, ODT, PPTX, SUFFIXES, XLSX
from pagemill.pipeline.sniffing.glance import Glance

_LOCAL, _ENTRY, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_OPEN_XML = {
    "word": ("word/document.xml", DOCX),
    "ppt": ("ppt/presentation.xml", PPTX),
    "xl": ("xl/workbook.xml", XLSX),
}
_OPEN_XML_ROOTS = frozenset({"[Content_Types].xml", "_rels/.rels"})
_BINARY_WORKBOOK = "xl/workbook.bin"
_ODF_PARTS = frozenset({"content.xml", "META-INF/manifest.xml"})
_EPUB_PART = "META-INF/container.xml"
_MARKS = {
    "META-INF/MANIFEST.MF": "a Java archive",
    "AndroidManifest.xml": "an Android package",
    "visio/document.xml": "a Visio drawing",
    "doc.kml": "a map (KMZ)",
}
_MIMETYPE = re.compile(rb"[\w.+-]+/[\w.+-]+")
_MOST_MIMETYPE_BYTES = 128
_READ_AS_ZIP = frozenset({DOCX, PPTX, XLSX, ODT, ODP, ODS, EPUB})


def container_kind(glance: Glance, suffix: str) -> tuple[str, str]:
    """The media type, or "" and what was seen."""
    said = _said_type(glance.head)
    if said:
        plain = said.removesuffix("-template")
        return (plain, "") if plain in MEDIA_TYPES else ("", f"a container of type {said}")
    names = part_names(glance)
    media_type = _by_parts(names, suffix)
    if not media_type and not glance.tail.count(_END):
        media_type = _by_suffix(suffix)
    return (media_type, "") if media_type else ("", _seen(names))


def part_names(glance: Glance) -> frozenset[str]:
    """The names of the parts: those that the directory at the end lists, as far as it was kept, else those in the head."""
    tail = glance.tail
    end = tail.rfind(_END)
    if end < 0:
        return frozenset(_names(glance.head, _LOCAL, 26, 30))
    listed = int.from_bytes(tail[end + 12 : end + 16], "little")
    start = end - listed
    if start < 0 or not tail.startswith(_ENTRY, start):
        start = max(0, tail.find(_ENTRY))
    cut_off = start == 0 and glance.tail_start > 0
    names = _names(tail[start:end], _ENTRY, 28, 46)
    return frozenset([*names, *(_names(glance.head, _LOCAL, 26, 30) if cut_off else ())])


def _names(data: bytes, magic: bytes, length_at: int, name_at: int) -> list[str]:
    names = []
    found = data.find(magic)
    while found >= 0:
        length = int.from_bytes(data[found + length_at : found + length_at + 2], "little")
        name = data[found + name_at : found + name_at + length]
        names.append(name.decode("utf-8", "replace").replace("\\", "/"))
        found = data.find(magic, found + name_at + length)
    return names


def _said_type(head: bytes) -> str:
    """What the first part says, if it is called `mimetype`: e-books and OpenDocument files say it there."""
    if not head.startswith(_LOCAL) or head[30:38] != b"mimetype" or head[26:28] != b"\x08\x00":
        return ""
    start = 38 + int.from_bytes(head[28:30], "little")
    content = head[start : start + _MOST_MIMETYPE_BYTES]
    if head[8:10] == b"\x08\x00":
        try:
            content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(content, _MOST_MIMETYPE_BYTES)
        except zlib.error:
            return ""
    else:
        content = content[: int.from_bytes(head[22:26], "little") or None]
    match = _MIMETYPE.match(content.strip())
    return match.group().decode("ascii", "replace").removesuffix("PK") if match else ""


def _by_parts(names: frozenset[str], suffix: str) -> str:
    if names & _OPEN_XML_ROOTS and _BINARY_WORKBOOK not in names:
        folders = Counter(name.partition("/")[0] for name in names if "/" in name)
        known = [(name in names, folders[folder], media_type) for folder, (name, media_type) in _OPEN_XML.items()]
        has_main_part, parts, media_type = max(known)
        if has_main_part or parts:
            return media_type
    if names >= _ODF_PARTS:
        by_suffix = _by_suffix(suffix)
        return by_suffix if by_suffix in (ODP, ODS) else ODT
    return EPUB if _EPUB_PART in names else ""


def _by_suffix(suffix: str) -> str:
    entry = SUFFIXES.get(suffix)
    return entry.media_type if entry and entry.media_type in _READ_AS_ZIP else ""


def _seen(names: frozenset[str]) -> str:
    if _BINARY_WORKBOOK in names:
        return "an Excel binary workbook (XLSB)"
    return next((what for part, what in _MARKS.items() if part in names), "a ZIP archive")
