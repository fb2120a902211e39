"""DOCX files."""

from collections.abc import Iterator
from contextlib import contextmanager

from pagemill.domain.document import PageContent, TextSource
from pagemill.domain.limits import Limits
from pagemill.pipeline.formats.cells import CellBudget
from pagemill.pipeline.formats.native import NativeReader, OpenFile
from pagemill.pipeline.formats.open_xml.names import find
from pagemill.pipeline.formats.open_xml.package import Package, opened_package
from pagemill.pipeline.formats.prose import as_one_document
from pagemill.pipeline.formats.word.body import Body
from pagemill.pipeline.source import Source


class WordReader(NativeReader):
    """Reads DOCX files: text flows, so they are one page of size 0. Headers, footers and comments are left out."""

    @contextmanager
    def opened(self, source: Source, limits: Limits) -> Iterator[OpenFile]:
        """The file, open. Raises `DocumentError`."""
        with opened_package(source, limits) as package:
            yield _WordFile(package)


class _WordFile:
    page_count = 1

    def __init__(self, package: Package) -> None:
        self._package = package
        self._part, self._root = package.main("w:document", "Word document")
        self.title = package.title

    def page(self, number: int, budget: CellBudget) -> PageContent:
        body = Body(self._package, self._part, budget)
        blocks = as_one_document(list(body.blocks(find(self._root, "w:body"))))
        return PageContent(number, 0.0, 0.0, TextSource.NATIVE if blocks else TextSource.NONE, blocks)
