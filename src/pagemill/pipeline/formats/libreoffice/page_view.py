"""Office files with pictures of their pages: LibreOffice prints the file, and what is drawn and cited are the printed pages."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager

from msgspec.structs import replace

from pagemill.domain.document import PageContent
from pagemill.domain.formats import MEDIA_TYPES, Family
from pagemill.domain.limits import Limits
from pagemill.domain.options import Options
from pagemill.pipeline.formats.libreoffice.convert import TO_PDF, converted_file
from pagemill.pipeline.formats.reader import Reader, Span, wanted_pages
from pagemill.pipeline.source import PAGE_COUNT, Progress, Reading, Source


class PageView:
    """A native reader, and where the options ask for page images, the printed pages.

    Slides have their own pages: only the pictures are added. A text document gets the pages that it is printed on.
    """

    def __init__(self, native: Reader) -> None:
        self._native = native

    def read(
        self, source: Source, options: Options, limits: Limits, progress: Progress, span: Span, *, page_by_page: bool
    ) -> Reading:
        """What the native reader finds, on the printed pages if need be. Raises what it and `converted_file` raise."""
        plain = replace(options, page_images=False)
        if not options.page_images:
            return self._native.read(source, plain, limits, progress, span, page_by_page=page_by_page)
        if _has_pages(source):
            if source.scratch and span.holds(1):  # it will still be there for `page_images`, and fails early if it must
                progress("convert", 1)
                with _printed(source, limits):
                    pass
            return self._native.read(source, plain, limits, progress, span, page_by_page=page_by_page)
        whole = replace(plain, pages="")
        reading = self._native.read(source, whole, limits, progress, Span(), page_by_page=page_by_page)
        progress("convert", 1)
        with _printed(source, limits) as pdf:
            pages = _pages(pdf, reading)
        progress(PAGE_COUNT, len(pages))
        wanted = frozenset(wanted_pages(source.file_name, options, limits, len(pages)))
        chosen = tuple(page for page in pages if page.number in wanted and span.holds(page.number))
        return Reading(len(pages), chosen, (), reading.title)

    def recognise(
        self, source: Source, options: Options, limits: Limits, progress: Progress, span: Span
    ) -> tuple[PageContent, ...]:
        """As the native reader does."""
        return self._native.recognise(source, options, limits, progress, span)

    def page_images(self, source: Source, limits: Limits, pages: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        """The printed pages at 100 dpi."""
        from pagemill.pipeline.formats.pdf.reader import PdfReader

        with _printed(source, limits) as pdf:
            yield from PdfReader().page_images(pdf, limits, pages)


def _pages(pdf: Source, reading: Reading) -> tuple[PageContent, ...]:
    from pagemill.pipeline.formats.libreoffice.placement import printed_pages
    from pagemill.pipeline.formats.libreoffice.printed import printed_text

    with printed_text(pdf) as text:
        return printed_pages([block for page in reading.pages for block in page.blocks], text)


def _has_pages(source: Source) -> bool:
    return MEDIA_TYPES[source.media_type].family is Family.SLIDES


def _printed(source: Source, limits: Limits) -> AbstractContextManager[Source]:
    return converted_file(source, TO_PDF[MEDIA_TYPES[source.media_type].family], limits)
