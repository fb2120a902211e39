"""How large and how bold a line is set, told from its letters.

A word's ink reaches from the tallest letter's top to the lowest letter's bottom; which letters they are is known, so the
font size follows from the usual proportions of Latin fonts (Helvetica, Times, DejaVu; shares of the font size).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

X_HEIGHT, CAP_HEIGHT, DESCENT = 0.50, 0.71, 0.21
COMMA_DESCENT = 0.13
IDEOGRAPH_HEIGHT, IDEOGRAPH_DESCENT = 0.90, 0.10
_SAME_SIZE = 0.08  # estimates this close to each other (as a share) are one size
_BOLD = 1.5  # strokes this much thicker than the page's usual ones, relative to the size, are bold
_SOFT_EDGE = 0.8  # pixels that soft edges add to every stroke; found with Liberation Serif and Sans of 6-38 points
_LOW = frozenset("acemnorsuvwxz")
_HANGING = frozenset("gjpqy")
_TALL = frozenset("bdfhklijtABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789gpqy&%$#?!\"'")
_HANGING_SIGNS = frozenset("()[]{}/|")


@dataclass(frozen=True)
class Proportions:
    """How far a word reaches above and below its baseline, as shares of its font size."""

    ascent: float
    descent: float


@dataclass(frozen=True)
class Type:
    """How a line is set: font size in any unit, and weight."""

    size: float
    bold: bool


@dataclass(frozen=True)
class Sample:
    """What was measured on a line: its font size and its stroke width in image pixels, and how many letters say so."""

    size: float
    stroke: float
    letters: int

    @property
    def weight(self) -> float:
        """The stroke width without the edges' softness, as a share of the size; 0 where the size is unknown."""
        return max(0.0, self.stroke - _SOFT_EDGE) / self.size if self.size > 0 else 0.0


def proportions(word: str) -> Proportions | None:
    """How far the letters of a word reach up and down; None for a word of signs alone, which says nothing."""
    letters = set(word)
    if any(ord(letter) >= 0x2E80 and letter.isalpha() for letter in letters):
        return Proportions(IDEOGRAPH_HEIGHT - IDEOGRAPH_DESCENT, IDEOGRAPH_DESCENT)
    if not any(letter.isalnum() for letter in letters):
        return None
    tall = letters & _HANGING_SIGNS or letters & (_TALL - _HANGING) or any(not letter.isascii() for letter in letters)
    return Proportions(CAP_HEIGHT if tall else X_HEIGHT, _descent(letters))


def _descent(letters: set[str]) -> float:
    if letters & (_HANGING | _HANGING_SIGNS):
        return DESCENT
    return COMMA_DESCENT if letters & {",", ";"} else 0.0


def weighted_median(values: Iterable[tuple[float, float]]) -> float:
    """The value at which half of the weight is reached, of (value, weight) pairs; 0 if there are none."""
    ordered = sorted(values)
    half = sum(weight for _, weight in ordered) / 2
    reached = 0.0
    for value, weight in ordered:
        reached += weight
        if reached >= half:
            return value
    return 0.0


def settle(samples: Sequence[Sample]) -> list[Type]:
    """How each line of a page is set: nearly equal sizes made one, and bold where strokes are thicker than usual."""
    sizes = snapped([(sample.size, sample.letters) for sample in samples])
    usual = weighted_median((sample.weight, sample.letters) for sample in samples)
    return [Type(size, sample.weight > _BOLD * usual) for size, sample in zip(sizes, samples, strict=True)]


def snapped(sizes: Sequence[tuple[float, int]]) -> list[float]:
    """Each size replaced by the common one near it: the size with the most letters draws in its neighbours, and so on."""
    result = [0.0] * len(sizes)
    open_lines = [line for line, (size, _) in enumerate(sizes) if size > 0]
    while open_lines:
        anchor = _heaviest([sizes[line] for line in open_lines])
        drawn = [line for line in open_lines if abs(sizes[line][0] - anchor) <= _SAME_SIZE * anchor]
        common = weighted_median((sizes[line][0], sizes[line][1]) for line in drawn)
        for line in drawn:
            result[line] = common
        open_lines = [line for line in open_lines if line not in set(drawn)]
    return result


def _heaviest(sizes: Sequence[tuple[float, int]]) -> float:
    """The size with the most letters within reach; the smallest of several."""

    def weight(size: float) -> int:
        return sum(letters for other, letters in sizes if abs(other - size) <= _SAME_SIZE * size)

    return max(sorted({size for size, _ in sizes}), key=weight)
