"""What a line says: its crop, levelled and 48 pixels high, read by the recognition model."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pagemill.pipeline.ocr.ctc import Glyph, decode
from pagemill.pipeline.ocr.geometry import LineBox
from pagemill.pipeline.ocr.models import Floats, Model

CROP_HEIGHT = 48  # pixels
WIDTH_BUCKET = 160  # pixels: few widths keep OpenVINO's cache of compiled shapes, and so the memory, small
LONGEST_CROP = 20 * WIDTH_BUCKET  # pixels; longer lines are squeezed
STEP = 8  # pixels of crop for one time step
SQUEEZE = 0.9  # of a crop's width: reads a tenth faster, and no worse on clean and noisy print; 0.85 loses full stops


@dataclass(frozen=True)
class Crop:
    """A line cut out of a page, level. `scale_x` and `scale_y` are crop pixels for one image pixel."""

    pixels: NDArray[np.uint8]
    box: LineBox
    scale_x: float
    scale_y: float


def crop_line(image: NDArray[np.uint8], box: LineBox) -> Crop:
    """The line's part of a gray image, turned level and scaled to a height of 48 pixels."""
    scale_y = CROP_HEIGHT / box.height
    width = min(LONGEST_CROP, max(STEP, round(box.length * scale_y * SQUEEZE)))
    scale_x = width / box.length
    corners = np.array([box.at(0, 0), box.at(box.length, 0), box.at(0, box.height)], np.float32)
    target = np.array([(0, 0), (width, 0), (0, CROP_HEIGHT)], np.float32)
    # Pixel i covers i..i+1, but OpenCV puts its sample at i: without the half pixel a crop is shifted when it is scaled.
    matrix = cv2.getAffineTransform(corners - 0.5, target - 0.5)
    pixels = cv2.warpAffine(image, matrix, (width, CROP_HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return Crop(pixels, box, scale_x, scale_y)


def read_crop(pixels: NDArray[np.uint8], model: Model, characters: Sequence[str]) -> list[Glyph]:
    """The characters of a crop, from left to right; their steps count `STEP` pixels of the crop."""
    probabilities = model(_network_input(pixels))[0][: math.ceil(pixels.shape[1] / STEP)]
    return decode(probabilities.argmax(axis=1), probabilities.max(axis=1), characters)


def _network_input(pixels: NDArray[np.uint8]) -> Floats:
    """The crop in three equal channels of -1..1, padded with 0 to a whole bucket, as the model was trained."""
    width = math.ceil(pixels.shape[1] / WIDTH_BUCKET) * WIDTH_BUCKET
    padded = np.zeros((CROP_HEIGHT, width), np.float32)
    padded[:, : pixels.shape[1]] = pixels.astype(np.float32) / 127.5 - 1
    return np.ascontiguousarray(np.broadcast_to(padded, (1, 3, CROP_HEIGHT, width)))
