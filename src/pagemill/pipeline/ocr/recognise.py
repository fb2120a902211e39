"""OCR of a page: a gray image in, words with boxes and a text layer out."""

import math

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from pagemill.domain.document import BBox, Word
from pagemill.pipeline.ocr.detection import detect_lines
from pagemill.pipeline.ocr.geometry import turned
from pagemill.pipeline.ocr.lines import Line, LineWord, read_line
from pagemill.pipeline.ocr.models import models
from pagemill.pipeline.ocr.order import in_rows
from pagemill.pipeline.ocr.rules import find_rules
from pagemill.pipeline.ocr.text_layer import ASCENT, DESCENT, LayerWord, text_layer
from pagemill.pipeline.ocr.typography import Type, settle, weighted_median

_LEAST_SKEW = 0.1  # degrees; less does not part a line
_MOST_SKEW = 5.0  # degrees; more is a turned line on a level page


class Recognised(msgspec.Struct, frozen=True):
    """What OCR found on a page: the words, row by row, and a one-page PDF of them, levelled, for the PDF reader."""

    words: tuple[Word, ...]
    text_layer: bytes


def recognise_page(image: NDArray[np.uint8], width_points: float, height_points: float) -> Recognised:
    """The words of a gray page image (height x width, any resolution, upright) that stands for a page of that size.

    Boxes are in points from the top left; confidences are 0-1. The same image gives the same bytes.
    Raises PagemillError if the models are not installed.
    """
    loaded = models()
    found = (read_line(image, box, loaded) for box in detect_lines(image, loaded.detect))
    lines = [line for line in found if line is not None]
    skew = skew_of(lines)
    level = in_rows(lines)
    scale = width_points / image.shape[1], height_points / image.shape[0]
    types = settle([line.sample for line in level])
    words = tuple(_word(line, word, kind, scale) for line, kind in zip(level, types, strict=True) for word in line.words)
    middle = image.shape[1] / 2, image.shape[0] / 2
    written = [
        _layer_word(line, word, kind, scale, skew, middle)
        for line, kind in zip(level, types, strict=True)
        for word in line.words
    ]
    rules = find_rules(_levelled(image, skew), scale[0])
    return Recognised(words, text_layer(width_points, height_points, written, rules))


def skew_of(lines: list[Line]) -> float:
    """By how many degrees clockwise the page leans, from its long lines; 0 if too little to matter."""
    leaning = [
        (line.box.angle, line.box.length)
        for line in lines
        if line.box.length > 8 * line.box.height and abs(line.box.angle) <= _MOST_SKEW
    ]
    skew = weighted_median(leaning)
    return skew if abs(skew) >= _LEAST_SKEW else 0.0


def _levelled(image: NDArray[np.uint8], skew: float) -> NDArray[np.uint8]:
    if not skew:
        return image
    height, width = image.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1.0)
    level: NDArray[np.uint8] = cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return level


def _word(line: Line, word: LineWord, kind: Type, scale: tuple[float, float]) -> Word:
    """A word with the box that its font size gives it."""
    top, bottom = line.baseline - ASCENT * kind.size, line.baseline + DESCENT * kind.size
    corners = [line.box.at(along, across) for along in (word.left, word.right) for across in (top, bottom)]
    left, right = min(x for x, _ in corners) * scale[0], max(x for x, _ in corners) * scale[0]
    upper, lower = min(y for _, y in corners) * scale[1], max(y for _, y in corners) * scale[1]
    box = BBox(round(left, 2), round(upper, 2), round(right - left, 2), round(lower - upper, 2))
    return Word(word.text, box, round(word.confidence, 3))


def _layer_word(
    line: Line, word: LineWord, kind: Type, scale: tuple[float, float], skew: float, middle: tuple[float, float]
) -> LayerWord:
    """A word as it stands on the levelled page."""
    x, y = turned(*line.box.at(word.left, line.baseline), -skew, middle)
    upright = math.cos(math.radians(line.box.angle - skew)) > math.sqrt(0.5)
    width = (word.right - word.left) * (scale[0] if upright else scale[1])
    return LayerWord(word.text, x * scale[0], y * scale[1], width, kind.size * scale[1], kind.bold, upright)
