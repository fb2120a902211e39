"""What every reader of a kind of file promises."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import msgspec

from pagemill.domain.document import PageContent
from pagemill.domain.errors import DocumentError
from pagemill.domain.limits import Limits
from pagemill.domain.options import Options, selected_pages
from pagemill.pipeline.source import Progress, Reading, Source


class Span(msgspec.Struct, frozen=True):
    """The pages to look at: `first` to `last`, both included; 0 and 0 for the whole file."""

    first: int = 0
    last: int = 0

    def holds(self, number: int) -> bool:
        """Whether the page is one of them."""
        return not self.last or self.first <= number <= self.last


class Reader(Protocol):
    """A reader of one kind of file. Every method raises `DocumentError` when the file cannot be read."""

    def read(
        self, source: Source, options: Options, limits: Limits, progress: Progress, span: Span, *, page_by_page: bool
    ) -> Reading:
        """What the file itself says, without models."""
        ...

    def recognise(
        self, source: Source, options: Options, limits: Limits, progress: Progress, span: Span
    ) -> tuple[PageContent, ...]:
        """The pages among these that need recognition, recognised."""
        ...

    def page_images(self, source: Source, limits: Limits, pages: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        """Page number and PNG of each page asked for that has a picture, one at a time."""
        ...


class TextOnlyReader:
    """What readers share whose files are all text: there is nothing to recognise and nothing to draw."""

    def recognise(
        self, source: Source, options: Options, limits: Limits, progress: Progress, span: Span
    ) -> tuple[PageContent, ...]:
        """Nothing."""
        del source, options, limits, progress, span
        return ()

    def page_images(self, source: Source, limits: Limits, pages: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        """Nothing."""
        del source, limits, pages
        return iter(())


def wanted_pages(file_name: str, options: Options, limits: Limits, page_count: int) -> tuple[int, ...]:
    """The pages that the options ask for, rising.

    Raises `DocumentError`: `empty_file` without pages, `no_such_pages` if none of them exists, `too_many_pages`.
    """
    if page_count == 0:
        raise DocumentError(f"{file_name} has no pages", code="empty_file")
    wanted = selected_pages(options.pages, page_count)
    if not wanted:
        raise DocumentError(f"{file_name} has {page_count} pages, none of {options.pages}", code="no_such_pages")
    if len(wanted) > limits.max_pages:
        raise DocumentError(
            f"{file_name}: {len(wanted)} pages are asked for, {limits.max_pages} are allowed", code="too_many_pages"
        )
    return wanted
