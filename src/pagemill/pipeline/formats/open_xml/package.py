"""An Open XML file as its parts and the relationships between them."""

import posixpath
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote

import msgspec
from lxml import etree

from pagemill.domain.errors import DocumentError
from pagemill.domain.limits import Limits
from pagemill.pipeline.formats.archive import Archive, opened_archive
from pagemill.pipeline.formats.open_xml.encryption import decrypted
from pagemill.pipeline.formats.open_xml.names import find, named
from pagemill.pipeline.formats.xml import parsed_xml
from pagemill.pipeline.source import Source

_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
_TRANSITIONAL = rb"http://schemas.openxmlformats.org/\1/2006/\2"
_RELATIONSHIP = named("rel:Relationship")


class Relationship(msgspec.Struct, frozen=True):
    """What a part points to: `kind` is the last word of the relationship's type, `target` a part, or an address outside."""

    kind: str
    target: str
    external: bool


class Package:
    """An open file. Strict Open XML is read as if it were the usual, transitional kind."""

    def __init__(self, archive: Archive, file_name: str) -> None:
        self._archive = archive
        self._parts = {name.replace("\\", "/").lower(): name for name in archive.names}
        self._relationships: dict[str, dict[str, Relationship]] = {}
        self.file_name = file_name

    def main(self, root_name: str, kind: str) -> tuple[str, etree._Element]:
        """The name and root of the part where reading begins. Raises `DocumentError` if it is not of this kind."""
        part = self.related("", "officeDocument")
        root = self.root(part) if part else None
        if root is None or root.tag != named(root_name):
            raise DocumentError(f"{self.file_name} has no {kind} in it")
        return part, root

    def root(self, part: str) -> etree._Element:
        """A part's XML. Raises `DocumentError` (`corrupt_file`) if it is missing or broken."""
        return parsed_xml(self.data(part), f"{part} in {self.file_name}")

    def root_if_any(self, part: str) -> etree._Element | None:
        """A part's XML, or None if there is no such part."""
        return self.root(part) if part.lower() in self._parts else None

    def data(self, part: str) -> bytes:
        """A part's bytes. Raises `DocumentError` (`corrupt_file`)."""
        data = self._archive.read(self._parts.get(part.lower(), part))
        return _STRICT.sub(_TRANSITIONAL, data) if b"purl.oclc.org/ooxml" in data else data

    def relationships(self, part: str) -> dict[str, Relationship]:
        """What the part points to, by id; "" is the file itself."""
        if part not in self._relationships:
            self._relationships[part] = dict(self._read_relationships(part))
        return self._relationships[part]

    def related(self, part: str, kind: str) -> str:
        """The first part of this kind that the part points to, "" if there is none."""
        of_kind = (one for one in self.relationships(part).values() if one.kind == kind and not one.external)
        return next((one.target for one in of_kind), "")

    def target(self, part: str, identifier: str) -> str:
        """The part that the part calls by this id, "" if there is none."""
        found = self.relationships(part).get(identifier)
        return found.target if found and not found.external and found.target.lower() in self._parts else ""

    @property
    def title(self) -> str:
        """What the file's properties call it."""
        title = find(self.root_if_any(self.related("", "core-properties")), "dc:title")
        return " ".join((title.text or "").split()) if title is not None else ""

    def _read_relationships(self, part: str) -> Iterator[tuple[str, Relationship]]:
        folder, name = posixpath.split(part)
        root = self.root_if_any(posixpath.join(folder, "_rels", f"{name}.rels"))
        for one in root.iter(_RELATIONSHIP) if root is not None else ():
            external = one.get("TargetMode") == "External"
            target = one.get("Target") or ""
            place = target if external else _place(folder, target)
            yield one.get("Id") or "", Relationship(posixpath.basename(one.get("Type") or ""), place, external)


def _place(folder: str, target: str) -> str:
    path = unquote(target.replace("\\", "/").partition("#")[0])
    return posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")


@contextmanager
def opened_package(source: Source, limits: Limits) -> Iterator[Package]:
    """The file, decrypted with the source's password if need be.

    Raises `DocumentError`: `corrupt_file`, `unpacks_too_large`, `password_required`, `wrong_password`.
    """
    with decrypted(source) as path, opened_archive(path, source.file_name, limits) as archive:
        yield Package(archive, source.file_name)
