"""OCR of a page: a gray image in, words with boxes and a text layer out."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from pagemill.domain.document import Word
from pagemill.pipeline.ocr.detection import detect_lines
from pagemill.pipeline.ocr.lines import Line, read_line
from pagemill.pipeline.ocr.models import models
from pagemill.pipeline.ocr.order import in_rows
from pagemill.pipeline.ocr.placement import Placement, levelled, skew_of
from pagemill.pipeline.ocr.rules import find_rules
from pagemill.pipeline.ocr.text_layer import text_layer
from pagemill.pipeline.ocr.typography import settle


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
    return compose([line for line in found if line is not None], image, width_points, height_points)


def compose(lines: list[Line], image: NDArray[np.uint8], width_points: float, height_points: float) -> Recognised:
    """The page made of the lines that were read in its image, in any order."""
    height, width = image.shape
    skew = skew_of(lines)
    rows = in_rows(lines, skew)
    placement = Placement(width, height, width_points / width, height_points / height, skew)
    types = settle([line.sample for line in rows])
    each = [(line, word, kind) for line, kind in zip(rows, types, strict=True) for word in line.words]
    rules = find_rules(levelled(image, skew), placement.across)
    layer = text_layer(width_points, height_points, [placement.layer_word(*one) for one in each], rules)
    return Recognised(tuple(placement.word(*one) for one in each), layer)
