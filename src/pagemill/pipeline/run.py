"""The pipeline's five entrances, in the order in which a file passes them. All are synchronous, and pure but for the file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pagemill.domain.document import Document, PageContent
from pagemill.domain.limits import Limits
from pagemill.domain.options import Options
from pagemill.pipeline.formats.reader import Span
from pagemill.pipeline.formats.registry import reader_for
from pagemill.pipeline.layout.assemble import assemble_document
from pagemill.pipeline.render.document import Renditions, render_document
from pagemill.pipeline.source import Facts, Progress, Reading, Source

__all__ = [
    "Facts",
    "Progress",
    "Reading",
    "Renditions",
    "Source",
    "assemble",
    "page_images",
    "read",
    "recognise",
    "render",
]


def read(
    source: Source,
    options: Options,
    limits: Limits,
    progress: Progress,
    *,
    first: int = 0,
    last: int = 0,
    page_by_page: bool = False,
) -> Reading:
    """The text layer of the whole file, or of pages `first` to `last`, without any model.

    `options.pages` is kept to. Pages that need recognition are named in `deferred`; what the file itself says of them is
    in `pages`. `page_by_page` is slower and says, before each page, which one begins. A file without a layout (HTML,
    Markdown, text) is one page of size 0. Raises `DocumentError`.
    """
    span = Span(first, last)
    return reader_for(source).read(source, options, limits, progress, span, page_by_page=page_by_page)


def recognise(
    source: Source, options: Options, limits: Limits, progress: Progress, first: int, last: int
) -> tuple[PageContent, ...]:
    """The pages of `first` to `last` that need recognition, by the same rule as in `read`, recognised.

    Each takes the place of what `read` gave for its number. Raises `DocumentError`.
    """
    return reader_for(source).recognise(source, options, limits, progress, Span(first, last))


def page_images(source: Source, limits: Limits, pages: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    """Page number and PNG (100 dpi) of each of these pages, one at a time; nothing for a file without a layout.

    Raises `DocumentError`.
    """
    return reader_for(source).page_images(source, limits, pages)


def assemble(pages: Iterable[PageContent], facts: Facts, options: Options, failed: Mapping[int, str]) -> Document:
    """The document that these pages make: one pass over all of them decides headings, running headers and footers.

    `failed` names the pages that could not be read, with their error code; they are in the document without content.
    """
    return assemble_document(pages, facts, options, failed)


def render(document: Document, options: Options) -> Renditions:  # noqa: ARG001  # options may come to choose forms
    """The document as JSON, Markdown, HTML, text and chunks (JSON Lines), UTF-8. Equal documents give equal bytes."""
    return render_document(document)
