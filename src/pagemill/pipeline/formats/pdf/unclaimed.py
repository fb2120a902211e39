"""Text that liteparse saw on the page and put into no block: it becomes blocks of its own, since no text may be lost."""

import math
import re
from collections.abc import Iterable, Sequence

from pagemill.domain.document import BBox, Block
from pagemill.pipeline.formats.pdf.columns import columns_of, parts_of
from pagemill.pipeline.formats.pdf.lines import Line, blocks_of_lines, lines_of
from pagemill.pipeline.formats.pdf.runs import Run

_MOST_SLOPE_DEGREES = 20
_LEAST_LETTERS = 3
_WIDEST_GAP = 3.0  # of the type's size
_NOT_A_LETTER = re.compile(r"[\W_]+")


def with_unclaimed(
    blocks: Sequence[Block], runs: Sequence[Run], loose: Iterable[Run], width: float, height: float
) -> tuple[Block, ...]:
    """The blocks, and those made of the loose among the page's runs that none of them says, before the first below each.

    Slanted text is left out: it is a stamp or a watermark.
    """
    said = _letters("".join(block.text for block in blocks))
    seen = "\n".join(_letters(run.text) for run in runs)
    level = [run for run in loose if _is_level(run) and _is_on_page(run.box, width, height)]
    new = [line for whole in lines_of(level) for line in parts_of(whole, _WIDEST_GAP) if _is_new(line, said, seen)]
    found = list(blocks)
    for column in columns_of(new):
        for block in blocks_of_lines(column):
            found.insert(
                next((i for i, other in enumerate(found) if _is_above(block.bbox, other.bbox)), len(found)), block
            )
    return tuple(found)


def _is_level(run: Run) -> bool:
    """Whether the run lies level: fonts drawn slanted are said to be turned, but their boxes are no higher for it."""
    angle = run.turned % 360
    if angle in (90.0, 180.0, 270.0):
        return False
    rise = abs(math.sin(math.radians(angle))) * run.box.width
    return angle == 0 or (min(angle, 360 - angle) <= _MOST_SLOPE_DEGREES and run.box.height < 0.5 * rise + run.size)


def _is_on_page(box: BBox, width: float, height: float) -> bool:
    return box.left >= 0 and box.top >= 0 and box.right <= width and box.bottom <= height


def _letters(text: str) -> str:
    return _NOT_A_LETTER.sub("", text)


def _is_new(line: Line, said: str, seen: str) -> bool:
    """Whether the blocks say most of the line less often than the page shows it."""
    letters = [_letters(run.text) for run in line.runs]
    total = sum(map(len, letters))
    missing = sum(len(each) for each in letters if each and said.count(each) < seen.count(each))
    return total >= _LEAST_LETTERS and 2 * missing >= total


def _is_above(box: BBox, other: BBox) -> bool:
    beside = box.left < other.right and other.left < box.right
    return beside and box.top < other.top and box.bottom <= other.top + 0.5 * min(box.height, other.height)
