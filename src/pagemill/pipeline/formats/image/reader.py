"""Image files, a page a picture: upright as their EXIF note says; the text on them must be recognised."""

from collections.abc import Iterator, Sequence

import msgspec

from pagemill.domain.document import BBox, Block, BlockKind, PageContent, TextSource
from pagemill.domain.limits import Limits
from pagemill.domain.options import Mode, OcrMode, Options
from pagemill.pipeline.formats.image.frames import Frame, ImageFile, damage_named, opened_image
from pagemill.pipeline.formats.image.pixels import gray, on_white, scaled
from pagemill.pipeline.formats.png import png_bytes
from pagemill.pipeline.formats.reader import Span, wanted_pages
from pagemill.pipeline.source import PAGE_COUNT, Progress, Reading, Source

_RECOGNITION_DPI = 150
_PICTURE_DPI = 100


class ImageReader:
    """Reads PNG, JPEG, WebP, BMP, GIF and TIFF."""

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
        """No page, and all numbers deferred; without recognition, pages with a picture each."""
        with opened_image(source, limits) as file:
            progress(PAGE_COUNT, file.page_count)
            numbers = _numbers(source, options, limits, file, span)
            pages = []
            for number in numbers:
                progress("read", number if page_by_page else 0)
                if _is_recognised(options):
                    file.check(number)
                else:
                    pages.append(_picture(number, file.pixels(number)[0]))
            deferred = numbers if _is_recognised(options) else ()
            return Reading(file.page_count, tuple(pages), deferred)

    def recognise(
        self, source: Source, options: Options, limits: Limits, progress: Progress, span: Span
    ) -> tuple[PageContent, ...]:
        """The pages of the span, each recognised at no more than 150 dpi."""
        if not _is_recognised(options):
            return ()
        from pagemill.pipeline.recognition import recognised_page

        pages = []
        with opened_image(source, limits) as file:
            for number in _numbers(source, options, limits, file, span):
                progress("recognise", number)
                frame, image = file.pixels(number)
                with damage_named(source, number):
                    pixels = gray(scaled(image, frame, _RECOGNITION_DPI))
                page = recognised_page(number, pixels, frame.width, frame.height)
                pages.append(msgspec.structs.replace(page, rotation=frame.rotation))
        return tuple(pages)

    def page_images(self, source: Source, limits: Limits, pages: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        """The pages at no more than 100 dpi."""
        with opened_image(source, limits) as file:
            for number in pages:
                if 1 <= number <= file.page_count:
                    frame, image = file.pixels(number)
                    shown = on_white(scaled(image, frame, _PICTURE_DPI))
                    yield number, png_bytes(shown, shown.width * 72 / frame.width)


def _is_recognised(options: Options) -> bool:
    return options.mode is not Mode.FAST and options.ocr is not OcrMode.NEVER


def _numbers(source: Source, options: Options, limits: Limits, file: ImageFile, span: Span) -> tuple[int, ...]:
    wanted = wanted_pages(source.file_name, options, limits, file.page_count)
    return tuple(number for number in wanted if span.holds(number))


def _picture(number: int, frame: Frame) -> PageContent:
    picture = Block(BlockKind.FIGURE, "", BBox(0.0, 0.0, frame.width, frame.height))
    return PageContent(number, frame.width, frame.height, TextSource.NONE, (picture,), frame.rotation)
