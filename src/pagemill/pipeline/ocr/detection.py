"""Where the lines of text are: the probability map of the detection model, cut into leaning boxes.

Post-processing after "Real-time Scene Text Detection with Differentiable Binarization" (Liao et al., 2020).
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from pagemill.pipeline.ocr.geometry import LineBox
from pagemill.pipeline.ocr.models import Floats, Model

LONGEST_SIDE = 1280  # pixels
SHORTEST_INPUT = 64  # pixels; the network halves its input five times
_STRIDE = 32
_THRESHOLD = 0.3
_BOX_THRESHOLD = 0.5
_UNCLIP_RATIO = 1.6
_SHORTEST_SIDE = 3.0  # pixels of the map; less is dirt


def detect_lines(image: NDArray[np.uint8], model: Model) -> list[LineBox]:
    """The boxes of the lines of text in a gray image, in its pixels, in no particular order."""
    scaled = _fitted(image)
    height, width = scaled.shape
    probability = model(_network_input(scaled))[0, 0, :height, :width]
    across, down = image.shape[1] / width, image.shape[0] / height
    return [
        LineBox(box.x * across, box.y * down, box.length * across, box.height * down, box.angle)
        for box in boxes_in(probability)
    ]


def _fitted(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The image, scaled down to the longest side that is searched."""
    scale = LONGEST_SIDE / max(image.shape)
    if scale >= 1:
        return image
    height, width = (max(1, round(side * scale)) for side in image.shape)
    fitted: NDArray[np.uint8] = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    return fitted


def boxes_in(probability: Floats) -> list[LineBox]:
    """The boxes around the connected regions of a text probability map, grown to the full height of the letters."""
    mask = cv2.dilate((probability > _THRESHOLD).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    boxes = (leaning_box(cv2.minAreaRect(contour)) for contour in contours if _score(probability, contour) > 0)
    return [grown(box) for box in boxes if min(box.length, box.height) >= _SHORTEST_SIDE]


def leaning_box(rectangle: tuple[tuple[float, float], tuple[float, float], float]) -> LineBox:
    """OpenCV's rotated rectangle with its length along the side that is nearest to level."""
    (x, y), (width, height), angle = rectangle
    turns = round(angle / 90)
    length, thickness = (width, height) if turns % 2 == 0 else (height, width)
    return LineBox(x, y, length, thickness, angle - 90 * turns)


def grown(box: LineBox) -> LineBox:
    """The box moved outwards by area x unclip ratio / perimeter on each side: the model marks shrunken lines."""
    margin = box.length * box.height * _UNCLIP_RATIO / (2 * (box.length + box.height))
    return LineBox(box.x, box.y, box.length + 2 * margin, box.height + 2 * margin, box.angle)


def _score(probability: Floats, contour: NDArray[np.int32]) -> float:
    """The mean probability inside a contour, 0 if too low to be text."""
    left, top, width, height = cv2.boundingRect(contour)
    inside = np.zeros((height, width), np.uint8)
    cv2.fillPoly(inside, [contour - np.array([left, top])], 1)
    mean: float = cv2.mean(probability[top : top + height, left : left + width], inside)[0]
    return mean if mean >= _BOX_THRESHOLD else 0.0


def _network_input(image: NDArray[np.uint8]) -> Floats:
    """The image in three equal channels of -1..1, padded with white to whole strides."""
    height, width = (max(SHORTEST_INPUT, math.ceil(side / _STRIDE) * _STRIDE) for side in image.shape)
    padded = np.ones((height, width), np.float32)
    padded[: image.shape[0], : image.shape[1]] = image.astype(np.float32) / 127.5 - 1
    return np.ascontiguousarray(np.broadcast_to(padded, (1, 3, height, width)))
