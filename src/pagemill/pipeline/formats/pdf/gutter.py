"""Two columns that liteparse read line by line across the room between them."""

from collections.abc import Sequence
from itertools import groupby
from statistics import median

import msgspec

from pagemill.domain.document import Block
from pagemill.pipeline.formats.pdf.lines import Line, blocks_of_lines, lines_of
from pagemill.pipeline.formats.pdf.runs import Run

_LEAST_LINES = 8
_LEAST_WIDTH = 1.5  # of the type's size
_LEAST_CHARACTERS = 16  # on either side, or else it is a form: labels and what was filled in
_GAPPED_SHARE = 0.6


class Gutter(msgspec.Struct, frozen=True):
    """The room between two columns, from x to x, in points."""

    left: float
    right: float

    def parts(self, runs: Sequence[Run]) -> bool:
        """Whether the runs stand on both sides of it, and none across."""
        sides = {_side(run, self) for run in runs}
        return sides == {-1, 1}


def find_gutter(blocks: Sequence[Sequence[Line]]) -> Gutter | None:
    """The gutter of a page that runs through most lines of several blocks, given the lines of each; None if there is none."""
    glued = [gaps for lines in blocks if (gaps := _gaps(lines))]
    gaps = [gap for each in glued for gap in each]
    if len(gaps) < _LEAST_LINES:
        return None
    found = Gutter(max(gap.left for gap in gaps), min(gap.right for gap in gaps))
    return found if found.right - found.left > 0 and _is_between_texts(blocks, found) else None


def in_columns(blocks: Sequence[tuple[list[Block], list[Run]]], gutter: Gutter) -> list[Block]:
    """The blocks, those beside one another at the gutter made anew: all on its left, then all on its right."""
    result: list[Block] = []
    for beside, group in groupby(blocks, lambda pair: gutter.parts(pair[1])):
        together = list(group)
        if beside:
            runs = [run for _, share in together for run in share]
            for side in (-1, 1):
                result.extend(blocks_of_lines(lines_of(run for run in runs if _side(run, gutter) == side)))
        else:
            result.extend(block for made, _ in together for block in made)
    return result


def _gaps(lines: Sequence[Line]) -> list[Gutter]:
    """The widest gap of each line, if most lines have a wide one and all of these lie at one place."""
    gaps = [gap for line in lines if (gap := _widest(line))]
    if len(lines) < 2 or len(gaps) < _GAPPED_SHARE * len(lines):
        return []
    return gaps if max(gap.left for gap in gaps) < min(gap.right for gap in gaps) else []


def _widest(line: Line) -> Gutter | None:
    gaps = [
        Gutter(before.box.right, after.box.left)
        for before, after in zip(line.runs, line.runs[1:], strict=False)
        if after.box.left - before.box.right >= _LEAST_WIDTH * line.size
    ]
    return max(gaps, key=lambda gap: gap.right - gap.left, default=None)


def _is_between_texts(blocks: Sequence[Sequence[Line]], gutter: Gutter) -> bool:
    shares = [[run for line in lines for run in line.runs] for lines in blocks]
    beside = [run for share in shares if gutter.parts(share) for run in share]
    for side in (-1, 1):
        lines = lines_of(run for run in beside if _side(run, gutter) == side)
        if median([len(line.text) for line in lines] or [0]) < _LEAST_CHARACTERS:
            return False
    return True


def _side(run: Run, gutter: Gutter) -> int:
    """-1 left of the gutter, 1 right of it, 0 across."""
    middle = (gutter.left + gutter.right) / 2
    if run.box.right <= middle:
        return -1
    return 1 if run.box.left >= middle else 0
