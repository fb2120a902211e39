"""The text runs of a page: where each stands, in which type, and to which block it belongs."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import msgspec

from pagemill.domain.document import BBox, Word
from pagemill.pipeline.formats.pdf.text import clean
from pagemill.pipeline.scripts import UNSPACED, joined_lines

_BOLD_WEIGHT = 600
_MOST_COMPARED = 12
_BOLD_NAME = re.compile(r"bold|black|heavy|demi|(?:CMBX|SFBX)\d", re.IGNORECASE)
_MONO_NAME = re.compile(r"mono|courier|consol|typewriter|code|(?:CMTT|SFTT)\d", re.IGNORECASE)


class Run(msgspec.Struct, frozen=True):
    """A piece of text in one font: `size` in points, `characters` without spaces around, `turned` in degrees."""

    box: BBox
    size: float
    bold: bool
    mono: bool
    characters: int
    words: tuple[Word, ...]
    text: str = ""
    turned: float = 0.0


def runs_of(items: Iterable[Any]) -> list[Run]:
    """The runs of liteparse's text items."""
    return [_run(item) for item in items if item.text.strip()]


def box_of(shape: Any) -> BBox:
    """A rectangle of liteparse as ours, rounded to hundredths of a point."""
    width, height = round(shape.width, 2), round(shape.height, 2)
    return BBox(round(shape.x, 2), round(shape.y, 2), width if width > 0 else 0.0, height if height > 0 else 0.0)


def shared_out(runs: Sequence[Run], boxes: Sequence[BBox | None]) -> list[list[Run]]:
    """For each box the runs whose middle lies in it; where boxes overlap, the smallest has them."""
    shares: list[list[Run]] = [[] for _ in boxes]
    by_area = sorted(
        (box.area, index, box.left, box.top, box.right, box.bottom) for index, box in enumerate(boxes) if box
    )
    for run in runs:
        x, y = run.box.left + run.box.width / 2, run.box.top + run.box.height / 2
        for _, index, left, top, right, bottom in by_area:
            if left <= x <= right and top <= y <= bottom:
                shares[index].append(run)
                break
    return shares


def type_size(runs: Sequence[Run]) -> float:
    """The size, in points, that most characters have; 0 without runs. Tenths of a point are told apart."""
    counts: dict[float, int] = {}
    for run in runs:
        counts[run.size] = counts.get(run.size, 0) + run.characters
    return max(counts, key=lambda size: (counts[size], size), default=0.0)


def mostly(runs: Sequence[Run], chosen: Iterable[bool]) -> bool:
    """Whether more than two thirds of the characters are in chosen runs."""
    total = sum(run.characters for run in runs)
    return total > 0 and 3 * sum(run.characters for run, yes in zip(runs, chosen, strict=True) if yes) > 2 * total


def without_line_ends(text: str, runs: Sequence[Run]) -> str:
    """The text of these runs without the spaces for line ends in scripts that are written without."""
    if not UNSPACED.search(text):
        return text
    for before, after in pairwise(run for run in runs if run.words):
        if after.box.top >= before.box.top + before.box.height / 2:
            end, start = before.words[-1].text[-_MOST_COMPARED:], after.words[0].text[:_MOST_COMPARED]
            text = text.replace(f"{end} {start}", joined_lines(end, start), 1)
    return text


def _run(item: Any) -> Run:
    text, name = item.text.strip(), item.font_name or ""
    bold = (item.font_weight or 0) >= _BOLD_WEIGHT or bool(_BOLD_NAME.search(name))
    size = round(item.font_height or item.font_size or item.height, 1)
    words = tuple(Word(word, box_of(part)) for part in item.words if (word := clean(part.text)))
    return Run(box_of(item), size, bold, bool(_MONO_NAME.search(name)), len(text), words, clean(text), item.rotation)
