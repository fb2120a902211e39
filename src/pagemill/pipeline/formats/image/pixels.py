"""Pixels of any kind as the two that are used: gray to recognise, colour on white to look at."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pagemill.pipeline.formats.image.frames import Frame

_RECOGNITION_SIDE_PIXELS = 4000
_SAME_SHARE = 0.95
_PLAIN = ("L", "RGB", "RGBA")


def scaled(image: Image.Image, frame: Frame, dpi: int) -> Image.Image:
    """The picture in 8 bits, with square pixels, no more of them an inch than this, and no side longer than is of use."""
    longer, points = max(image.size), max(frame.width, frame.height)
    side = min(longer, points / 72 * dpi, _RECOGNITION_SIDE_PIXELS)
    size = max(1, round(frame.width / points * side)), max(1, round(frame.height / points * side))
    plain = _plain(image)
    same = all(abs(new - old) <= (1 - _SAME_SHARE) * old for new, old in zip(size, image.size, strict=True))
    return plain if same else plain.resize(size, Image.Resampling.BOX, reducing_gap=2.0)


def gray(image: Image.Image) -> NDArray[np.uint8]:
    """The picture in gray, on white where it is transparent."""
    return np.ascontiguousarray(np.asarray(on_white(image).convert("L"), dtype=np.uint8))


def on_white(image: Image.Image) -> Image.Image:
    """The picture in colour, on white where it is transparent."""
    if not _is_transparent(image):
        return image.convert("RGB")
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")


def _plain(image: Image.Image) -> Image.Image:
    if image.mode in _PLAIN:
        return image
    if image.mode.startswith(("I", "F")):
        return Image.fromarray(_eight_bits(np.asarray(image)))
    if image.mode == "LAB":
        return image.getchannel("L")
    return image.convert("RGBA" if _is_transparent(image) else "RGB")


def _eight_bits(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Deeper pixels with the span of their type, or of the picture itself where the type does not say."""
    finite = np.nan_to_num(values.astype(np.float32))
    low, high = float(finite.min()), float(finite.max())
    if values.dtype == np.uint16 or (low >= 0 and 255 < high <= 65_535):
        low, high = 0.0, 65_535.0
    elif low >= 0 and high <= 255 and high > 1:
        low, high = 0.0, 255.0
    return ((finite - low) * (255 / max(high - low, 1e-9))).astype(np.uint8)


def _is_transparent(image: Image.Image) -> bool:
    return "A" in image.getbands() or "a" in image.getbands() or "transparency" in image.info
