"""One line of text, read and measured: its words and how it is set."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pagemill.pipeline.ocr.geometry import LineBox
from pagemill.pipeline.ocr.ink import Span, extent, ink_of, spans, stroke
from pagemill.pipeline.ocr.models import Floats, Models
from pagemill.pipeline.ocr.recognition import CROP_HEIGHT, STEP, Crop, crop_line, read_crop
from pagemill.pipeline.ocr.typography import Sample, proportions, weighted_median
from pagemill.pipeline.ocr.words import Token, tokens

LEAST_CONFIDENCE = 0.5  # the mean of a line; less is a picture taken for text
_TALL = 1.5  # a box this much higher than long holds a line that was turned
_UNKNOWN_SIZE = 0.62  # of the box's height, where no letter tells
_MIDDLE = 0.3  # of the font size: how far the baseline is below the middle of the letters


@dataclass(frozen=True)
class LineWord:
    """A word of a line, from `left` to `right` in image pixels along its box; confidence is 0-1.

    `spaced` says that a space stands before it.
    """

    text: str
    confidence: float
    left: float
    right: float
    spaced: bool = False


@dataclass(frozen=True)
class Line:
    """A line as read: its words from left to right, its baseline in image pixels below the top of its box."""

    box: LineBox
    words: tuple[LineWord, ...]
    baseline: float
    sample: Sample

    @property
    def text(self) -> str:
        """The words, joined by spaces."""
        return " ".join(word.text for word in self.words)


def read_line(image: NDArray[np.uint8], box: LineBox, models: Models) -> Line | None:
    """What stands in a box of a gray image; None if it is no text. A tall box is also tried as a line that runs upwards."""
    found = [_read(image, box, models)]
    if box.height > _TALL * box.length:
        found.append(_read(image, LineBox(box.x, box.y, box.height, box.length, box.angle - 90), models))
    best = max(found, key=lambda reading: _confidence(reading[1]))
    return measured(*best) if _confidence(best[1]) >= LEAST_CONFIDENCE else None


def _read(image: NDArray[np.uint8], box: LineBox, models: Models) -> tuple[Crop, list[Token]]:
    crop = crop_line(image, box)
    return crop, tokens(read_crop(crop.pixels, models.recognise, models.characters))


def _confidence(found: list[Token]) -> float:
    letters = sum(len(token.text) for token in found)
    return sum(token.confidence * len(token.text) for token in found) / letters if letters else 0.0


def measured(crop: Crop, found: list[Token]) -> Line:
    """A line from its crop and what was read in it."""
    ink = ink_of(crop.pixels)
    places = spans(found, ink, STEP)
    words = tuple(
        LineWord(token.text, token.confidence, place.left / crop.scale_x, place.right / crop.scale_x, token.spaced)
        for token, place in zip(found, places, strict=True)
    )
    told = _told(ink, found, places)
    size = weighted_median((one.size, one.letters) for one in told) or _UNKNOWN_SIZE * CROP_HEIGHT
    baseline = weighted_median((one.bottom - one.descent * size, one.letters) for one in told)
    letters = sum(len(token.text) for token in found)
    sample = Sample(size / crop.scale_y, stroke(ink) / crop.scale_y, letters)
    return Line(crop.box, words, (baseline or CROP_HEIGHT / 2 + _MIDDLE * size) / crop.scale_y, sample)


@dataclass(frozen=True)
class _Told:
    """What a word's letters tell: its font size and its lowest row in crop pixels, its descent as a share of the size."""

    size: float
    bottom: int
    descent: float
    letters: int


def _told(ink: Floats, found: list[Token], places: list[Span]) -> list[_Told]:
    told = []
    for token, place in zip(found, places, strict=True):
        shape, rows = proportions(token.text), extent(ink[:, place.left : place.right])
        if shape is not None and rows is not None:
            size = (rows.right - rows.left) / (shape.ascent + shape.descent)
            told.append(_Told(size, rows.right, shape.descent, len(token.text)))
    return told
