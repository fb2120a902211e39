"""PDF files, page by page or in ranges: the text layer first, recognition where it is missing."""

from collections.abc import Iterator, Sequence

from pagemill.domain.document import PageContent, TextSource
from pagemill.domain.errors import DocumentError
from pagemill.domain.limits import Limits
from pagemill.domain.options import Options
from pagemill.pipeline.formats.pdf.coverage import is_unreadable, needs_recognition
from pagemill.pipeline.formats.pdf.lite import LiteparseReader
from pagemill.pipeline.formats.pdf.page_reader import PageReader, ReadPage, UnreadablePages
from pagemill.pipeline.formats.pdf.pdfium import PdfFile, PdfiumReader, open_pdf
from pagemill.pipeline.formats.png import png_bytes
from pagemill.pipeline.formats.reader import Span, wanted_pages
from pagemill.pipeline.source import PAGE_COUNT, Progress, Reading, Source

RANGE_PAGES = 250
RECOGNITION_DPI = 150
PICTURE_DPI = 100


class PdfReader:
    """Reads PDFs. `readers` are tried in turn, on smaller and smaller pieces of a file that one of them refuses."""

    def __init__(self, readers: Sequence[PageReader] = (LiteparseReader(), PdfiumReader())) -> None:
        self._readers = tuple(readers)

    def read(
        self, source: Source, options: Options, limits: Limits, progress: Progress, span: Span, *, page_by_page: bool
    ) -> Reading:
        """The text layer of the pages asked for; bounded in memory by calls of at most 250 pages."""
        with open_pdf(source) as file:
            page_count, title = file.page_count, file.title
        progress(PAGE_COUNT, page_count)
        numbers = _numbers(source, options, limits, page_count, span)
        pages: list[PageContent] = []
        deferred: list[int] = []
        for call in _calls(numbers, 1 if page_by_page else RANGE_PAGES):
            progress("read", call[0] if page_by_page else 0)
            for page in self._pages(source, call):
                pages.append(page.content)
                if needs_recognition(page.coverage, options):
                    deferred.append(page.content.number)
        return Reading(page_count, tuple(pages), tuple(deferred), title)

    def recognise(
        self, source: Source, options: Options, limits: Limits, progress: Progress, span: Span
    ) -> tuple[PageContent, ...]:
        """The pages of the span that need it, each rendered once at 150 dpi."""
        with open_pdf(source) as file:
            numbers = _numbers(source, options, limits, file.page_count, span)
            pages = []
            for call in _calls(numbers, RANGE_PAGES):
                needing = [page for page in self._pages(source, call) if needs_recognition(page.coverage, options)]
                for page in needing:
                    progress("recognise", page.content.number)
                    pages.append(_recognised(file, page, options, limits))
        return tuple(pages)

    def page_images(self, source: Source, limits: Limits, pages: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        """Page number and PNG at 100 dpi (coarser for a very large page) of each page that exists, one at a time."""
        with open_pdf(source) as file:
            for number in pages:
                if 1 <= number <= file.page_count:
                    yield number, png_bytes(file.picture(number, PICTURE_DPI, _max_pixels(limits)), PICTURE_DPI)

    def _pages(self, source: Source, numbers: Sequence[int]) -> list[ReadPage]:
        found: dict[int, ReadPage] = {}
        for reader in self._readers:
            missing = [number for number in numbers if number not in found]
            found.update((page.content.number, page) for page in _read_what_can_be(reader, source, missing))
        lost = next((number for number in numbers if number not in found), 0)
        if lost:
            raise DocumentError(f"Page {lost} of {source.file_name} cannot be read", code="corrupt_file", page=lost)
        return [found[number] for number in numbers]


def _read_what_can_be(reader: PageReader, source: Source, numbers: Sequence[int]) -> list[ReadPage]:
    """The pages that this reader can read: when it refuses several at once, each is tried alone."""
    if not numbers:
        return []
    try:
        return reader.pages(source.path, source.password, numbers)
    except UnreadablePages:
        if len(numbers) == 1:
            return []
        return [page for number in numbers for page in _read_what_can_be(reader, source, [number])]


def _recognised(file: PdfFile, page: ReadPage, options: Options, limits: Limits) -> PageContent:
    from pagemill.pipeline.recognition import joined, recognised_page

    native = page.content
    image = file.gray(native.number, RECOGNITION_DPI, _max_pixels(limits), native.rotation)
    found = recognised_page(native.number, image, native.width, native.height)
    replace = options.ocr == "always" or is_unreadable(page.coverage)
    return joined(native, found, keep_text=not replace and native.source is TextSource.NATIVE)


def _numbers(source: Source, options: Options, limits: Limits, page_count: int, span: Span) -> list[int]:
    wanted = wanted_pages(source.file_name, options, limits, page_count)
    return [number for number in wanted if span.holds(number)]


def _calls(numbers: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (numbers[start : start + size] for start in range(0, len(numbers), size))


def _max_pixels(limits: Limits) -> int:
    return limits.max_image_megapixels * 1_000_000
