"""The drawn lines of a page: what is left of its ink when everything shorter than a rule is opened away."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

HORIZONTAL_LEAST = 28.8  # points: longer than any dash
VERTICAL_LEAST = 19.2  # points: taller than a line of letters
THICKEST = 3.0  # points: thicker is a bar or a picture
_DARK = 0.75  # of the paper's brightness


@dataclass(frozen=True)
class Rule:
    """A horizontal or vertical line, along its middle, with its thickness: all in points from the top left."""

    left: float
    top: float
    right: float
    bottom: float
    thickness: float


def find_rules(image: NDArray[np.uint8], points_per_pixel: float) -> list[Rule]:
    """The horizontal and the vertical rules of a level gray image, each from top to bottom."""
    paper = float(np.median(image))
    ink = (image < paper * _DARK).astype(np.uint8)
    across = _opened(ink, (_odd(HORIZONTAL_LEAST / points_per_pixel), 1))
    down = _opened(ink, (1, _odd(VERTICAL_LEAST / points_per_pixel)))
    found = [_horizontal(piece) for piece in across] + [_vertical(piece) for piece in down]
    rules = [_scaled(rule, points_per_pixel) for rule in found]
    return [rule for rule in rules if rule.thickness <= THICKEST]


def _odd(pixels: float) -> int:
    """The nearest odd length, at least 3: a kernel without a middle would shift what it finds."""
    return max(3, 2 * round((pixels - 1) / 2) + 1)


def _opened(ink: NDArray[np.uint8], kernel: tuple[int, int]) -> list[tuple[int, int, int, int]]:
    """Left, top, width and height of each piece of ink that holds the kernel."""
    # A border of paper: else whatever touches the edge of the image would count as long.
    border = {"borderType": cv2.BORDER_CONSTANT, "borderValue": 0}
    opened = cv2.morphologyEx(ink, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, kernel), **border)
    count, _, boxes, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    return [tuple(box[:4].tolist()) for box in boxes[1:count]]


def _horizontal(piece: tuple[int, int, int, int]) -> Rule:
    left, top, width, height = piece
    return Rule(left, top + height / 2, left + width, top + height / 2, height)


def _vertical(piece: tuple[int, int, int, int]) -> Rule:
    left, top, width, height = piece
    return Rule(left + width / 2, top, left + width / 2, top + height, width)


def _scaled(rule: Rule, factor: float) -> Rule:
    return Rule(
        rule.left * factor, rule.top * factor, rule.right * factor, rule.bottom * factor, rule.thickness * factor
    )
