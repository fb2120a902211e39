"""An OpenDocument file as its parts."""

from collections.abc import Iterator
from contextlib import contextmanager

from lxml import etree

from pagemill.domain.errors import DocumentError
from pagemill.domain.limits import Limits
from pagemill.pipeline.formats.archive import Archive, opened_archive
from pagemill.pipeline.formats.open_document.names import find, named
from pagemill.pipeline.formats.prose import one_line
from pagemill.pipeline.formats.xml import parsed_xml
from pagemill.pipeline.source import Source

CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"


class OpenDocument:
    """An open file."""

    def __init__(self, archive: Archive, file_name: str) -> None:
        self._archive = archive
        self.file_name = file_name

    def data(self, part: str) -> bytes:
        """A part's bytes. Raises `DocumentError` (`corrupt_file`)."""
        return self._archive.read(part)

    def root(self, part: str = CONTENT) -> etree._Element:
        """A part's XML. Raises `DocumentError` (`corrupt_file`) if it is missing or broken."""
        return parsed_xml(self.data(part), f"{part} in {self.file_name}")

    def root_if_any(self, part: str) -> etree._Element | None:
        """A part's XML, or None if there is no such part."""
        return self.root(part) if part in self._archive else None

    def body(self, root: etree._Element, kind: str) -> etree._Element:
        """The body of the content. Raises `DocumentError` if it is of another kind (`office:text`, …)."""
        body = find(root, f"office:body/{kind}")
        if body is None:
            raise DocumentError(f"{self.file_name} has no {kind.partition(':')[2]} in it")
        return body

    @property
    def title(self) -> str:
        """What the file's properties call it."""
        meta = self.root_if_any("meta.xml")
        title = meta.find(f".//{named('dc:title')}") if meta is not None else None
        return one_line(title.text or "") if title is not None else ""


@contextmanager
def opened_document(source: Source, limits: Limits) -> Iterator[OpenDocument]:
    """The file. Raises `DocumentError`: `corrupt_file`, `unpacks_too_large`, `password_required`."""
    with opened_archive(source.path, source.file_name, limits) as archive:
        if _MANIFEST in archive and b"encryption-data" in archive.read(_MANIFEST):
            raise DocumentError(
                f"{source.file_name} is encrypted",
                code="password_required",
                hint="OpenDocument files cannot be decrypted here: save it without a password.",
            )
        yield OpenDocument(archive, source.file_name)
