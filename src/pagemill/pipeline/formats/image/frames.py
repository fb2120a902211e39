"""The pictures in an image file: each opened, measured and checked before its pixels are decoded."""

import math
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from PIL import Image, ImageOps

from pagemill.domain.errors import DocumentError
from pagemill.domain.limits import Limits
from pagemill.pipeline.source import Source

# The limit on pixels is the service's own and is kept before anything is decoded.
Image.MAX_IMAGE_PIXELS = None

_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")
_PAGED = "TIFF"
_PAGE_INCHES = 11.0
_SMALLEST_INCHES = 0.2
_LARGEST_INCHES = 24.0
_SCREEN_DPI = 96  # what programs write that know nothing
_LARGEST_SCREEN_INCHES = 14.0
_MOST_STRETCHED = 4.0
_ROTATION = {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}
_EXIF_ORIENTATION = 0x0112
_BROKEN = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)
"""What Pillow raises for a damaged file, depending on where the damage is."""


class Frame(msgspec.Struct, frozen=True):
    """The page that a picture makes: points, and how far it has to be turned (degrees clockwise)."""

    width: float
    height: float
    rotation: int


class ImageFile:
    """An open image file. Its pages are the frames of a TIFF; of an animation only the first picture counts."""

    def __init__(self, image: Image.Image, source: Source, limits: Limits) -> None:
        self._image = image
        self._source = source
        self._limits = limits
        self.page_count = self._counted()

    def check(self, number: int) -> None:
        """Looks at the page's header and decodes nothing. Raises `DocumentError`: `corrupt_file`, `image_too_large`."""
        with self._page(number):
            pass

    def pixels(self, number: int) -> tuple[Frame, Image.Image]:
        """The page, measured, and its picture, upright. Raises like `check`."""
        with self._page(number) as image:
            frame = _frame(image)
            image.load()
            return frame, ImageOps.exif_transpose(image)

    def _counted(self) -> int:
        if self._image.format != _PAGED:
            return 1
        with damage_named(self._source, 0):
            return int(getattr(self._image, "n_frames", 1))

    @contextmanager
    def _page(self, number: int) -> Iterator[Image.Image]:
        with damage_named(self._source, number):
            if self._image.format == _PAGED:
                self._image.seek(number - 1)
            width, height = self._image.size
            if width * height > self._limits.max_image_megapixels * 1_000_000:
                raise DocumentError(
                    f"{self._source.file_name} has {width} x {height} pixels", code="image_too_large", page=number
                )
            yield self._image


@contextmanager
def opened_image(source: Source, limits: Limits) -> Iterator[ImageFile]:
    """The image file, of which no more than the headers has been read. Raises `DocumentError` (`corrupt_file`)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of metadata that nobody here asks for
        with damage_named(source, 0):
            image = Image.open(source.path, formats=_FORMATS)
        with image:
            yield ImageFile(image, source, limits)


@contextmanager
def damage_named(source: Source, page: int) -> Iterator[None]:
    """Says as a `DocumentError` what Pillow says of a file that it cannot read."""
    try:
        yield
    except Image.DecompressionBombError as problem:
        raise DocumentError(f"{source.file_name}: {problem}", code="image_too_large", page=page) from None
    except _BROKEN as problem:
        raise DocumentError(
            f"{source.file_name} is not a whole image: {problem}", code="corrupt_file", page=page
        ) from None


def _frame(image: Image.Image) -> Frame:
    rotation = _ROTATION.get(image.getexif().get(_EXIF_ORIENTATION, 1), 0)
    lies = rotation in (90, 270) and image.format != _PAGED  # Pillow gives the size of a TIFF as it is shown
    width, height = (image.height, image.width) if lies else image.size
    across, down = _resolution(image)
    return Frame(_points(width, across), _points(height, down), rotation)


def _points(pixels: int, dpi: float) -> float:
    return max(0.01, round(pixels * 72 / dpi, 2))


def _resolution(image: Image.Image) -> tuple[float, float]:
    """Dots per inch, across and down: as the file says, or as makes the longer side 11 inches if that cannot be true.

    A fax has twice as many across as down; for anything else one number is enough.
    """
    longer = max(image.size)
    across, down = (float(said) for said in image.info.get("dpi", (0, 0)))
    largest = _LARGEST_SCREEN_INCHES if across <= _SCREEN_DPI else _LARGEST_INCHES
    if not (math.isfinite(across) and across > 1 and _SMALLEST_INCHES <= longer / across <= largest):
        return longer / _PAGE_INCHES, longer / _PAGE_INCHES
    is_fax = image.format == _PAGED and math.isfinite(down) and down > 1
    stretched = is_fax and 1 / _MOST_STRETCHED <= across / down <= _MOST_STRETCHED
    return across, down if stretched else across
