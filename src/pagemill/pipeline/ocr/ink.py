"""What the pixels of a line's crop say about its letters: where words end, how large they are, how thick."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from pagemill.pipeline.ocr.models import Floats
from pagemill.pipeline.ocr.words import Token

LEAST_CONTRAST = 24.0  # gray levels between paper and ink; less is an empty crop
_INKED = 0.5  # share of full ink from which a pixel counts as ink


@dataclass(frozen=True)
class Span:
    """A piece of a line, from `left` to `right`, in pixels of its crop."""

    left: int
    right: int


def ink_of(pixels: NDArray[np.uint8]) -> Floats:
    """How much ink each pixel holds, 0-1, for dark letters on light paper and for light ones on dark paper."""
    threshold, dark = cv2.threshold(pixels, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    below, above = pixels[dark > 0], pixels[dark == 0]
    if not below.size or not above.size:
        return np.zeros(pixels.shape, np.float32)
    paper, ink = (above, below) if below.size < above.size else (below, above)
    full = float(np.percentile(ink, 10 if ink is below else 90))
    contrast = full - float(np.median(paper))
    if abs(contrast) < LEAST_CONTRAST:
        return np.zeros(pixels.shape, np.float32)
    return np.clip((pixels.astype(np.float32) - float(np.median(paper))) / contrast, 0, 1)


def spans(found: Sequence[Token], ink: Floats, step_pixels: int) -> list[Span]:
    """Where each word of a line begins and ends: cut in the widest gap between its neighbours, trimmed to its ink."""
    inked = (ink > _INKED).any(axis=0)
    cuts = [_cut(before, after, inked, step_pixels) for before, after in pairwise(found)]
    bounds = [0, *cuts, inked.size]
    return [_trimmed(inked, left, max(left + 1, right)) for left, right in pairwise(bounds)]


def _cut(before: Token, after: Token, inked: NDArray[np.bool_], step_pixels: int) -> int:
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


def _trimmed(inked: NDArray[np.bool_], left: int, right: int) -> Span:
    columns = np.flatnonzero(inked[left:right])
    return Span(left + int(columns[0]), left + int(columns[-1]) + 1) if columns.size else Span(left, right)


def extent(ink: Floats) -> Span | None:
    """The first and last inked row of a word, without what reaches in from the lines above and below; None if blank."""
    height = ink.shape[0]
    rows = _runs((ink > _INKED).any(axis=1))
    own = [run for run in rows if (run.left > 0 and run.right < height) or run.left < height / 2 < run.right]
    return Span(own[0].left, own[-1].right) if own else None


def stroke(ink: Floats) -> float:
    """The mean thickness of the strokes in pixels: twice the ink's area over the length of its outline; 0 if blank.

    The outline is the total variation, so that it holds for soft edges too.
    """
    down, across = np.diff(ink, axis=0)[:, :-1], np.diff(ink, axis=1)[:-1]
    outline = float(np.hypot(down, across).sum())
    return 2 * float(ink.sum()) / outline if outline > 0 else 0.0


def _runs(flags: NDArray[np.bool_]) -> list[Span]:
    """The runs of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return [Span(int(left), int(right)) for left, right in edges.reshape(-1, 2)]
