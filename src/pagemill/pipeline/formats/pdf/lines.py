"""The lines of text that runs make, and blocks made of lines where liteparse's own are not to be believed."""

import re
from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import chain, pairwise
from statistics import median_low

import msgspec

from pagemill.domain.document import BBox, Block, BlockKind, Word
from pagemill.pipeline.formats.pdf.runs import Run, mostly, type_size
from pagemill.pipeline.formats.pdf.text import is_right_to_left, unhyphenated

_SAME_LINE = 0.5
_SAME_SIZE = 1.2
_MOST_PITCH = 1.75
LEADER = re.compile(r"(?:\.\s?){4,}\s*\w{1,6}$")
"""The dots and the page number that an entry of a table of contents ends with."""

_BULLET = re.compile(r"([•‣▪▫◦●■□➢✓])\s+(?=\S)")


class Line(msgspec.Struct, frozen=True):
    """Runs beside one another, in reading order; `size` is that of most of its characters, in points."""

    runs: tuple[Run, ...]
    box: BBox
    size: float
    bold: bool

    @property
    def text(self) -> str:
        """What the line says."""
        return " ".join(run.text for run in self.runs)

    @property
    def middle(self) -> float:
        """The y of the middle of its first large run, in points: boxes of tall signs reach into other lines."""
        return middle_of(max(self.runs, key=lambda run: (run.size, run.characters)).box)


def middle_of(box: BBox) -> float:
    """The y of the box's middle, in points."""
    return box.top + box.height / 2


def lines_of(runs: Iterable[Run]) -> list[Line]:
    """The runs as lines, from top to bottom; a run belongs to a line if its middle is within half its size of the line's."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (middle_of(run.box), run.box.left)):
        if rows and middle_of(run.box) - middle_of(rows[-1][0].box) <= _SAME_LINE * max(run.size, rows[-1][0].size):
            rows[-1].append(run)
        else:
            rows.append([run])
    return [_line(row) for row in rows]


def box_around(boxes: Iterable[BBox]) -> BBox:
    """The smallest box that holds all of these, at least one."""
    return reduce(BBox.union, boxes)


def pitches(lines: Sequence[Line]) -> list[float]:
    """How far, in points, each line but the first stands below the one before it."""
    return [below.middle - above.middle for above, below in pairwise(lines)]


def usual_pitch(lines: Sequence[Line]) -> float:
    """The distance, in points, that most lines have to the next; of few lines 1.2 times the type's size."""
    found = [pitch for pitch in pitches(lines) if pitch > 0]
    return median_low(found) if len(found) >= 3 else 1.2 * max((line.size for line in lines), default=0.0)


def blocks_of_lines(lines: Sequence[Line]) -> list[Block]:
    """Paragraphs of lines in one column: a new one begins where the type changes or more than the usual distance is left.

    A line that begins with a bullet begins a list item, and an entry of a table of contents is a block.
    """
    pitch = usual_pitch(lines)
    groups: list[list[Line]] = []
    for line in lines:
        if groups and _goes_on(groups[-1][-1], line, pitch):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_paragraph(group) for group in groups]


def words_of(runs: Iterable[Run]) -> tuple[Word, ...]:
    """The words of all runs."""
    return tuple(chain.from_iterable(run.words for run in runs))


def _goes_on(above: Line, below: Line, pitch: float) -> bool:
    as_large = max(above.size, below.size) <= _SAME_SIZE * min(above.size, below.size)
    as_bold = above.bold == below.bold or below.text[:1].islower()
    if not as_large or not as_bold or _BULLET.match(below.text) or LEADER.search(above.text):
        return False
    return below.middle - above.middle <= _MOST_PITCH * pitch


def _line(row: Sequence[Run]) -> Line:
    if len(row) == 1:
        return Line((row[0],), row[0].box, row[0].size, row[0].bold)
    backwards = is_right_to_left("".join(run.text for run in row))
    runs = tuple(sorted(row, key=lambda run: run.box.left, reverse=backwards))
    return Line(runs, box_around(run.box for run in runs), type_size(runs), mostly(runs, [run.bold for run in runs]))


def _paragraph(lines: Sequence[Line]) -> Block:
    runs = [run for line in lines for run in line.runs]
    text = unhyphenated(" ".join(line.text for line in lines))
    bullet = _BULLET.match(text)
    return Block(
        BlockKind.LIST_ITEM if bullet else BlockKind.PARAGRAPH,
        text[bullet.end() :] if bullet else text,
        box_around(line.box for line in lines),
        font_size=type_size(runs),
        bold=mostly(runs, [run.bold for run in runs]),
        marker=bullet[1] if bullet else "",
        words=words_of(runs),
    )
