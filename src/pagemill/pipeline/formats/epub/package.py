"""What an e-book says of itself: its title, its chapters in reading order, their names, and whether it is locked."""

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote

import msgspec
from lxml import etree

from pagemill.domain.errors import DocumentError
from pagemill.pipeline.formats.archive import Archive
from pagemill.pipeline.formats.xml import parsed_xml

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PACKAGE_SUFFIX = ".opf"
_CHAPTER_TYPES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document"})
_NCX_TYPE = "application/x-dtbncx+xml"
_FONT_METHODS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
"""These two only scramble fonts, which nobody here needs."""


class Chapter(msgspec.Struct, frozen=True):
    """A part of the reading order: where it lies in the container, and what the table of contents calls it, "" if nothing."""

    part: str
    name: str


class Package(msgspec.Struct, frozen=True):
    """A book: its title and its chapters."""

    title: str
    chapters: tuple[Chapter, ...]


class _Item(msgspec.Struct, frozen=True):
    part: str
    media_type: str
    properties: str


def read_package(archive: Archive, file_name: str) -> Package:
    """The book in this container.

    Raises `DocumentError`: `corrupt_file` if it is none, `empty_file` without chapters, `unsupported_format` if it is locked.
    """
    path = _package_path(archive)
    root = parsed_xml(archive.read(path), f"{file_name}: its package file")
    items = _items(root, posixpath.dirname(path))
    order = [items[name] for node in _named(root, "itemref") if (name := node.get("idref", "")) in items]
    parts = [item.part for item in order if item.media_type in _CHAPTER_TYPES and item.part in archive]
    if not parts:
        raise DocumentError(f"{file_name} has no chapters", code="empty_file")
    _refuse_if_locked(archive, file_name, frozenset(parts))
    names = _names(archive, root, items)
    title = next((text for node in _named(root, "title") if (text := _text(node))), "")
    return Package(title, tuple(Chapter(part, names.get(part, "")) for part in parts))


def _package_path(archive: Archive) -> str:
    if _CONTAINER in archive:
        root = parsed_xml(archive.read(_CONTAINER), "the container's list of books")
        said = [node.get("full-path", "") for node in _named(root, "rootfile")]
        found = [path for path in said if path in archive]
    else:
        found = [name for name in archive.names if name.endswith(_PACKAGE_SUFFIX)]
    if not found:
        raise DocumentError("The e-book has no package file")
    return found[0]


def _items(root: etree._Element, folder: str) -> dict[str, _Item]:
    return {
        node.get("id", ""): _Item(
            _resolved(folder, node.get("href", "")), node.get("media-type", ""), node.get("properties", "")
        )
        for node in _named(root, "item")
    }


def _refuse_if_locked(archive: Archive, file_name: str, parts: frozenset[str]) -> None:
    """DRM: the chapters themselves are encrypted, for a reader that knows the key."""
    if _ENCRYPTION not in archive:
        return
    root = parsed_xml(archive.read(_ENCRYPTION), f"{file_name}: its list of encrypted parts")
    for data in _named(root, "EncryptedData"):
        methods = [node.get("Algorithm", "") for node in _named(data, "EncryptionMethod")]
        locked = {_resolved("", node.get("URI", "")) for node in _named(data, "CipherReference")}
        if locked & parts and not any(method in _FONT_METHODS for method in methods):
            raise DocumentError(
                f"{file_name} is locked by its seller (DRM), so only the seller's own programs can read it",
                code="unsupported_format",
                hint="Ask the seller for a copy without DRM.",
            )


def _names(archive: Archive, root: etree._Element, items: dict[str, _Item]) -> dict[str, str]:
    """What the table of contents calls each part; nothing where it only names places within it, or is damaged."""
    toc = next((node.get("toc", "") for node in _named(root, "spine")), "")
    navigation = [item.part for item in items.values() if "nav" in item.properties.split()]
    older = [item.part for key, item in items.items() if key == toc or item.media_type == _NCX_TYPE]
    entries = [entry for part in [*navigation, *older] if part in archive for entry in _entries(archive, part)]
    whole = {target: name for target, name in reversed(entries) if "#" not in target}
    inner: dict[str, set[str]] = {}
    for target, name in entries:
        inner.setdefault(target.partition("#")[0], set()).add(name)
    return {part: names.pop() for part, names in inner.items() if len(names) == 1} | whole


def _entries(archive: Archive, part: str) -> Iterator[tuple[str, str]]:
    try:
        root = parsed_xml(archive.read(part), part)
    except DocumentError:
        return
    folder = posixpath.dirname(part)
    for link in _named(root, "a"):
        yield _resolved(folder, link.get("href", "")), _text(link)
    for point in _named(root, "navPoint"):
        target = next((node.get("src", "") for node in _named(point, "content")), "")
        yield _resolved(folder, target), next((_text(node) for node in _named(point, "text")), "")


def _named(root: etree._Element, name: str) -> Iterator[etree._Element]:
    """The elements of this name below the root, whatever their namespace."""
    return root.iter(f"{{*}}{name}")


def _text(node: etree._Element) -> str:
    return " ".join("".join(str(text) for text in node.itertext()).split())


def _resolved(folder: str, link: str) -> str:
    """The name of the part that a link leads to, and the place in it, if it says one."""
    path, mark, place = link.partition("#")
    return posixpath.normpath(posixpath.join(folder, unquote(path))) + mark + place
