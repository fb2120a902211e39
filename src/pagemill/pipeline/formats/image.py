"""Photos and scans (PNG, JPEG): one page, upright as its EXIF note says, whose text must be recognised."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from pagemill.domain.document import BBox, Block, BlockKind, PageContent, TextSource
from pagemill.domain.errors import DocumentError
from pagemill.domain.limits import Limits
from pagemill.domain.options import Mode, OcrMode, Options
from pagemill.pipeline.formats.png import png_bytes
from pagemill.pipeline.formats.reader import Span, wanted_pages
from pagemill.pipeline.source import Progress, Reading, Source

# The limit on pixels is the service's own and is kept before anything is decoded.
Image.MAX_IMAGE_PIXELS = None

_FORMATS = ("PNG", "JPEG")
_PAGE_INCHES = 11.0
_LARGEST_INCHES = 24.0
_SCREEN_DPI = 96  # what programs write that know nothing
_LARGEST_SCREEN_INCHES = 14.0
_RECOGNITION_DPI = 150
_RECOGNITION_SIDE_PIXELS = 4000
_PICTURE_DPI = 100
_ROTATION = {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}
_EXIF_ORIENTATION = 0x0112


class _Frame(msgspec.Struct, frozen=True):
    """The page that an image makes: points, and how far it had to be turned (degrees clockwise)."""

    width: float
    height: float
    rotation: int


class ImageReader:
    """Reads an image as a document of one page."""

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
        """No page and number 1 deferred; without recognition, a page with a picture."""
        progress("read", 1 if page_by_page else 0)
        wanted_pages(source.file_name, options, limits, 1)
        with _opened(source, limits) as image:
            frame = _frame(image)
            if options.mode is not Mode.FAST and options.ocr is not OcrMode.NEVER:
                return Reading(1, (), (1,) if span.holds(1) else ())
            _decoded(image, source)
        picture = Block(BlockKind.FIGURE, "", BBox(0.0, 0.0, frame.width, frame.height))
        page = PageContent(1, frame.width, frame.height, TextSource.NONE, (picture,), frame.rotation)
        return Reading(1, (page,) if span.holds(1) else (), ())

    def recognise(
        self, source: Source, options: Options, limits: Limits, progress: Progress, span: Span
    ) -> tuple[PageContent, ...]:
        """The one page, recognised at no more than 150 dpi."""
        if not span.holds(1) or options.mode is Mode.FAST or options.ocr is OcrMode.NEVER:
            return ()
        from pagemill.pipeline.recognition import recognised_page

        progress("recognise", 1)
        with _opened(source, limits) as image:
            frame = _frame(image)
            pixels = _gray(_scaled(_decoded(image, source), frame, _RECOGNITION_DPI))
        page = recognised_page(1, pixels, frame.width, frame.height)
        return (msgspec.structs.replace(page, rotation=frame.rotation),)

    def page_images(self, source: Source, limits: Limits, pages: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        """Page 1 at no more than 100 dpi."""
        if 1 in pages:
            with _opened(source, limits) as image:
                frame = _frame(image)
                shown = _on_white(_scaled(_decoded(image, source), frame, _PICTURE_DPI))
            yield 1, png_bytes(shown, shown.width * 72 / frame.width)


@contextmanager
def _opened(source: Source, limits: Limits) -> Iterator[Image.Image]:
    """The image with its header read, its pixels not yet. Raises `DocumentError`."""
    try:
        image = Image.open(source.path, formats=_FORMATS)
    except (OSError, ValueError, SyntaxError) as problem:
        raise _damaged(source, problem) from None
    with image:
        if image.width * image.height > limits.max_image_megapixels * 1_000_000:
            size = f"{image.width} x {image.height} pixels"
            raise DocumentError(f"{source.file_name} has {size}", code="image_too_large")
        yield image


def _decoded(image: Image.Image, source: Source) -> Image.Image:
    """The pixels, upright. Raises `DocumentError` (`corrupt_file`)."""
    try:
        image.load()
        return ImageOps.exif_transpose(image)
    except (OSError, ValueError, SyntaxError) as problem:
        raise _damaged(source, problem) from None


def _damaged(source: Source, problem: Exception) -> DocumentError:
    return DocumentError(f"{source.file_name} is not a whole image: {problem}", code="corrupt_file")


def _frame(image: Image.Image) -> _Frame:
    rotation = _ROTATION.get(image.getexif().get(_EXIF_ORIENTATION, 1), 0)
    width, height = (image.height, image.width) if rotation in (90, 270) else image.size
    dpi = _resolution(image)
    return _Frame(round(width * 72 / dpi, 2), round(height * 72 / dpi, 2), rotation)


def _resolution(image: Image.Image) -> float:
    """Dots per inch as the file says, or as makes the longer side 11 inches if it says nothing that can be true."""
    longer = max(image.size)
    said = float(image.info.get("dpi", (0, 0))[0])
    largest = _LARGEST_SCREEN_INCHES if said <= _SCREEN_DPI else _LARGEST_INCHES
    believable = math.isfinite(said) and said > 1 and longer / said <= largest
    return said if believable else longer / _PAGE_INCHES


def _scaled(image: Image.Image, frame: _Frame, dpi: int) -> Image.Image:
    """The image with no more dots per inch than this, and no side longer than a recogniser has use for."""
    longer = max(image.size)
    share = min(1.0, max(frame.width, frame.height) / 72 * dpi / longer, _RECOGNITION_SIDE_PIXELS / longer)
    if share > 0.95:
        return image
    size = max(1, round(image.width * share)), max(1, round(image.height * share))
    plain = image if image.mode in ("L", "RGB", "RGBA") else image.convert("RGBA" if _is_transparent(image) else "RGB")
    return plain.resize(size, Image.Resampling.BOX, reducing_gap=2.0)


def _on_white(image: Image.Image) -> Image.Image:
    if not _is_transparent(image):
        return image.convert("RGB")
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")


def _is_transparent(image: Image.Image) -> bool:
    return "A" in image.getbands() or "transparency" in image.info


def _gray(image: Image.Image) -> NDArray[np.uint8]:
    return np.ascontiguousarray(np.asarray(_on_white(image).convert("L"), dtype=np.uint8))
