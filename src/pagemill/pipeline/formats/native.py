"""Files that say themselves what they consist of: nothing has to be recognised, and nothing can be drawn."""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from typing import Protocol

from pagemill.domain.document import PageContent
from pagemill.domain.errors import DocumentError
from pagemill.domain.limits import Limits
from pagemill.domain.options import Options
from pagemill.pipeline.formats.cells import CellBudget
from pagemill.pipeline.formats.reader import Span, TextOnlyReader, wanted_pages
from pagemill.pipeline.source import PAGE_COUNT, Progress, Reading, Source


class OpenFile(Protocol):
    """A file while it is read: how many pages it has, the title that it claims, and its pages."""

    @property
    def page_count(self) -> int:
        """Slides, visible sheets, or 1 for text that flows."""
        ...

    @property
    def title(self) -> str:
        """What the file's properties call it, "" if nothing."""
        ...

    def page(self, number: int, budget: CellBudget) -> PageContent:
        """The page of this number (from 1). Raises `DocumentError`, also when the budget is spent."""
        ...


class NativeReader(TextOnlyReader, ABC):
    """Reads a file page by page from what it says itself."""

    @abstractmethod
    def opened(self, source: Source, limits: Limits) -> AbstractContextManager[OpenFile]:
        """The file, open. Raises `DocumentError`."""

    def read(
        self, source: Source, options: Options, limits: Limits, progress: Progress, span: Span, *, page_by_page: bool
    ) -> Reading:
        """The pages asked for. Raises `DocumentError`."""
        budget = CellBudget(source.file_name, limits)
        with self.opened(source, limits) as file:
            progress(PAGE_COUNT, file.page_count)
            wanted = wanted_pages(source.file_name, options, limits, file.page_count)
            pages = []
            for number in filter(span.holds, wanted):
                progress("read", number if page_by_page else 0)
                pages.append(_page(file, number, budget, source.file_name))
            return Reading(file.page_count, tuple(pages), (), file.title)


def _page(file: OpenFile, number: int, budget: CellBudget, file_name: str) -> PageContent:
    try:
        return file.page(number, budget)
    except RecursionError:
        raise DocumentError(f"{file_name} has parts in parts without end", code="nested_too_deeply") from None
