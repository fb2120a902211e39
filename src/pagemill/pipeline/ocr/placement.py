"""From pixels of an image to points of a page, as it is and levelled."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pagemill.domain.document import BBox, Word
from pagemill.pipeline.ocr.geometry import turned
from pagemill.pipeline.ocr.lines import Line, LineWord
from pagemill.pipeline.ocr.text_layer import ASCENT, DESCENT, LayerWord
from pagemill.pipeline.ocr.typography import Type, weighted_median

LEAST_SKEW = 0.1  # degrees; less does not part a line
MOST_SKEW = 5.0  # degrees; more is a turned line on a level page
_LONG = 8  # times its height: short boxes lean by chance


@dataclass(frozen=True)
class Placement:
    """How an image lies on its page: its size in pixels, points for one pixel, and its skew in degrees clockwise."""

    width_pixels: int
    height_pixels: int
    across: float
    down: float
    skew: float = 0.0

    def word(self, line: Line, word: LineWord, kind: Type) -> Word:
        """A word where it stands on the page, as high as its font size."""
        rows = line.baseline - ASCENT * kind.size, line.baseline + DESCENT * kind.size
        corners = [line.box.at(along, row) for along in (word.left, word.right) for row in rows]
        left, right = (edge(x for x, _ in corners) * self.across for edge in (min, max))
        top, bottom = (edge(y for _, y in corners) * self.down for edge in (min, max))
        box = BBox(round(left, 2), round(top, 2), round(right - left, 2), round(bottom - top, 2))
        return Word(word.text, box, round(word.confidence, 3))

    def layer_word(self, line: Line, word: LineWord, kind: Type) -> LayerWord:
        """A word where it stands on the levelled page."""
        middle = self.width_pixels / 2, self.height_pixels / 2
        x, y = turned(*line.box.at(word.left, line.baseline), -self.skew, middle)
        upright = math.cos(math.radians(line.box.angle)) > math.sqrt(0.5)
        along, size = word.right - word.left, kind.size * (self.down if upright else self.across)
        width = along * (self.across if upright else self.down)
        return LayerWord(word.text, x * self.across, y * self.down, width, size, kind.bold, upright, word.spaced)


def skew_of(lines: list[Line]) -> float:
    """By how many degrees clockwise a page leans, from its long lines; 0 if too little to matter."""
    leaning = [
        (line.box.angle, line.box.length)
        for line in lines
        if line.box.length > _LONG * line.box.height and abs(line.box.angle) <= MOST_SKEW
    ]
    skew = weighted_median(leaning)
    return skew if abs(skew) >= LEAST_SKEW else 0.0


def levelled(image: NDArray[np.uint8], skew: float) -> NDArray[np.uint8]:
    """The image turned back by its skew, in the same size."""
    if not skew:
        return image
    height, width = image.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1.0)
    level: NDArray[np.uint8] = cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return level
