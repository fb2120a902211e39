"""Files without pages: their text flows, so they are one page of size 0 with boxes of size 0."""

from abc import ABC, abstractmethod

from pagemill.domain.document import BBox, Block, PageContent, TextSource
from pagemill.domain.errors import DocumentError
from pagemill.domain.limits import Limits
from pagemill.domain.options import Options
from pagemill.pipeline.formats.reader import Span, TextOnlyReader, wanted_pages
from pagemill.pipeline.source import Progress, Reading, Source

NOWHERE = BBox(0.0, 0.0, 0.0, 0.0)
"""The box of a block in a file without layout."""


class FlowReader(TextOnlyReader, ABC):
    """Reads a file without pages as page 1; there is nothing to recognise and nothing to draw."""

    @abstractmethod
    def flow(self, data: bytes) -> tuple[tuple[Block, ...], str]:
        """The blocks of the file's bytes, and the title that the file claims."""

    def read(
        self,
        source: Source,
        options: Options,
        limits: Limits,
        progress: Progress,
        span: Span,
        *,
        page_by_page: bool,
    ) -> Reading:
        """The whole file as page 1. Raises `DocumentError` (`empty_file`, `corrupt_file`)."""
        progress("read", 1 if page_by_page else 0)
        wanted_pages(source.file_name, options, limits, 1)
        with open(source.path, "rb") as file:  # noqa: PTH123  # a path is a string here
            data = file.read()
        if not data.strip():
            raise DocumentError(f"{source.file_name} is empty", code="empty_file")
        blocks, title = self.flow(data)
        origin = TextSource.NATIVE if any(block.text for block in blocks) else TextSource.NONE
        page = PageContent(1, 0.0, 0.0, origin, blocks)
        return Reading(1, (page,) if span.holds(1) else (), (), title)
