"""ODT files."""

from collections.abc import Iterator
from contextlib import contextmanager

from pagemill.domain.document import PageContent, TextSource
from pagemill.domain.limits import Limits
from pagemill.pipeline.formats.cells import CellBudget
from pagemill.pipeline.formats.native import NativeReader, OpenFile
from pagemill.pipeline.formats.open_document.body import Body
from pagemill.pipeline.formats.open_document.package import OpenDocument, opened_document
from pagemill.pipeline.formats.prose import as_one_document
from pagemill.pipeline.source import Source


class TextReader(NativeReader):
    """Reads ODT files: text flows, so they are one page of size 0. Headers, footers and comments are left out."""

    @contextmanager
    def opened(self, source: Source, limits: Limits) -> Iterator[OpenFile]:
        """The file, open. Raises `DocumentError`."""
        with opened_document(source, limits) as document:
            yield _Text(document)


class _Text:
    page_count = 1

    def __init__(self, document: OpenDocument) -> None:
        self._document = document
        self._root = document.root()
        self._body = document.body(self._root, "office:text")
        self.title = document.title

    def page(self, number: int, budget: CellBudget) -> PageContent:
        body = Body(self._document, self._root, budget)
        blocks = as_one_document(list(body.blocks(self._body)))
        return PageContent(number, 0.0, 0.0, TextSource.NATIVE if blocks else TextSource.NONE, blocks)
