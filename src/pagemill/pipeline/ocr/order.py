"""The plain reading order of lines: rows from top to bottom, each from left to right. Columns are the reader's business."""

import math
from collections.abc import Iterable

from pagemill.pipeline.ocr.geometry import LineBox
from pagemill.pipeline.ocr.lines import Line

_SAME_ROW = 0.5  # of the lower line's height


def in_rows(lines: Iterable[Line], skew: float = 0.0) -> list[Line]:
    """The lines row by row, on a page that leans by `skew` degrees.

    Two lines are in one row when they share half of the lower one's height.
    """
    slope = math.tan(math.radians(skew))

    def middle(line: Line) -> float:
        return line.box.y - slope * line.box.x

    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (middle(line), line.box.x)):
        if rows and _share(rows[-1][0].box, line.box, middle(line) - middle(rows[-1][0])) > _SAME_ROW:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.box.x)]


def _share(one: LineBox, other: LineBox, apart: float) -> float:
    """How much of the lower box's height two boxes share whose middles are that far apart."""
    common = min(one.height, other.height, (one.height + other.height) / 2 - abs(apart))
    return common / min(one.height, other.height)
