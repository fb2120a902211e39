"""Lines that stand side by side, told apart and put into the order in which they are read."""

from collections.abc import Iterable, Sequence

from pagemill.domain.document import BBox, Block
from pagemill.pipeline.formats.pdf.lines import Line, blocks_of_lines, lines_of
from pagemill.pipeline.formats.pdf.runs import Run

COLUMN_GAP = 1.2
"""How many times the type's size is free between columns, at the least."""

_LABELS_SHARE = 0.6
_ROW = 0.7  # of the type's size


def parts_of(line: Line, widest_gap: float) -> list[Line]:
    """The line, cut where more than so many times its size is free in it."""
    groups: list[list[Run]] = [[line.runs[0]]]
    for run in line.runs[1:]:
        if run.box.left - groups[-1][-1].box.right > widest_gap * line.size:
            groups.append([run])
        else:
            groups[-1].append(run)
    return [part for group in groups for part in lines_of(group)]


def columns_of(lines: Iterable[Line]) -> list[list[Line]]:
    """The lines in columns, from left to right; a line belongs to the column whose last line it shares most of its width with."""
    columns: list[list[Line]] = []
    for line in lines:
        own = next((column for column in columns if _shares_width(column[-1].box, line.box)), None)
        if own is None:
            columns.append([line])
        else:
            own.append(line)
    return sorted(columns, key=lambda column: min(line.box.left for line in column))


def blocks_in_columns(lines: Sequence[Line], widest_gap: float) -> list[Block]:
    """Paragraphs of lines that may stand in columns: a column after the other, but labels beside a text stand before its part."""
    columns = columns_of(part for line in lines for part in parts_of(line, widest_gap))
    blocks = [block for column in columns for block in blocks_of_lines(column)]
    if len(columns) == 2 and len(columns[0]) < _LABELS_SHARE * len(columns[1]):
        return sorted(blocks, key=lambda block: (round(block.bbox.top / (_ROW * block.font_size)), block.bbox.left))
    return blocks


def _shares_width(one: BBox, other: BBox) -> bool:
    shared = min(one.right, other.right) - max(one.left, other.left)
    return shared > 0.5 * min(one.width, other.width)
