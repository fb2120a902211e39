"""From the classes that a recognition model saw at each time step to characters with their places (CTC, greedy)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLANK = 0


@dataclass(frozen=True)
class Glyph:
    """A character as recognised: its text, confidence (0-1), and the middle of its time steps."""

    text: str
    confidence: float
    step: float


def decode(classes: NDArray[np.int64], confidences: NDArray[np.float32], characters: Sequence[str]) -> list[Glyph]:
    """One glyph for each run of equal classes other than blank; the confidence is the run's best."""
    edges = np.flatnonzero(np.diff(classes)) + 1
    starts, ends = np.concatenate(([0], edges)), np.concatenate((edges, [len(classes)]))
    return [
        Glyph(characters[classes[start]], float(confidences[start:end].max()), (start + end - 1) / 2)
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        if end > start and classes[start] != BLANK
    ]
