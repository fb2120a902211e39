"""What the pixels of a line's crop say about its letters: where words end, how large they are, how thick."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from pagemill.pipeline.ocr.models import Floats
from pagemill.pipeline.ocr.words import Token

LEAST_CONTRAST = 24.0  # gray levels between paper and ink; less is an empty crop
_INKED = 0.5  # share of full ink from which a pixel counts as ink

Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True)
class Span:
    """A piece of a line, from `left` to `right`, in pixels of its crop."""

    left: int
    right: int


def ink_of(pixels: NDArray[np.uint8]) -> Floats:
    """How much ink each pixel holds, 0-1, for dark letters on light paper and for light ones on dark paper."""
    _, dark = cv2.threshold(pixels, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    below, above = pixels[dark > 0], pixels[dark == 0]
    if not below.size or not above.size:
        return np.zeros(pixels.shape, np.float32)
    letters, paper = (below, above) if below.size < above.size else (above, below)
    full = float(np.percentile(letters, 10 if letters is below else 90))
    blank = float(np.median(paper))
    if abs(full - blank) < LEAST_CONTRAST:
        return np.zeros(pixels.shape, np.float32)
    return ((pixels.astype(np.float32) - blank) / (full - blank)).clip(0, 1)


def spans(found: Sequence[Token], ink: Floats, step_pixels: int) -> list[Span]:
    """Where each word of a line begins and ends: cut in the widest gap between its neighbours, trimmed to its ink.

    Words that no space parts touch, so that nobody takes the blank in a full-width comma for a space.
    """
    inked: Flags = np.any(ink > _INKED, axis=0)
    cuts = [_cut(before, after, inked, step_pixels) for before, after in pairwise(found)]
    places = [Span(left, max(left + 1, right)) for left, right in pairwise([0, *cuts, inked.size])]
    parted = [True, *(token.spaced for token in found[1:]), True]
    return [
        _trimmed(inked, place, at_left=parted[number], at_right=parted[number + 1])
        for number, place in enumerate(places)
    ]


def _cut(before: Token, after: Token, inked: Flags, step_pixels: int) -> int:
    """The middle of the widest run of blank columns between two words, or the middle between them if there is none.

    A letter's step may lie a step beside its ink. Where a space parts the words, its gap is the widest all the same.
    """
    slack = 1 if after.spaced else 0
    left = max(0, int((before.last_step + 0.5 - slack) * step_pixels))
    right = min(inked.size, int((after.first_step + 0.5 + slack) * step_pixels) + 1)
    blank = _runs(~inked[left:right])
    if not blank:
        return (left + right) // 2
    widest = max(blank, key=lambda run: run.right - run.left)
    return left + (widest.left + widest.right) // 2


def _trimmed(inked: Flags, place: Span, *, at_left: bool, at_right: bool) -> Span:
    columns = np.flatnonzero(inked[place.left : place.right])
    if not columns.size:
        return place
    left = place.left + int(columns[0]) if at_left else place.left
    right = place.left + int(columns[-1]) + 1 if at_right else place.right
    return Span(left, right)


def extent(ink: Floats) -> Span | None:
    """The first and last inked row of a word, without what reaches in from the lines above and below; None if blank."""
    height = ink.shape[0]
    rows = _runs(np.any(ink > _INKED, axis=1))
    own = [run for run in rows if (run.left > 0 and run.right < height) or run.left < height / 2 < run.right]
    return Span(own[0].left, own[-1].right) if own else None


def stroke(ink: Floats) -> float:
    """The mean thickness of the strokes in pixels: twice the ink's area over the length of its outline; 0 if blank.

    The outline is the total variation, so that it holds for soft edges too.
    """
    down, across = np.diff(ink, axis=0)[:, :-1], np.diff(ink, axis=1)[:-1]
    outline = float(np.hypot(down, across).sum())
    return 2 * float(ink.sum()) / outline if outline > 0 else 0.0


def _runs(flags: Flags) -> list[Span]:
    """The runs of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return [Span(int(left), int(right)) for left, right in edges.reshape(-1, 2)]
