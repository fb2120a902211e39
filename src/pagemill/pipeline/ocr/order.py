"""The plain reading order of lines: rows from top to bottom, each from left to right. Columns are the reader's business."""

from collections.abc import Iterable

from pagemill.pipeline.ocr.lines import Line

_SAME_ROW = 0.5  # of the lower line's height


def in_rows(lines: Iterable[Line]) -> list[Line]:
    """The lines row by row; two lines are in one row when they share half of the lower one's height."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.box.y, line.box.x)):
        if rows and _share(rows[-1][0], line) > _SAME_ROW:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.box.x)]


def _share(above: Line, below: Line) -> float:
    common = min(above.box.bottom, below.box.bottom) - max(above.box.top, below.box.top)
    return common / min(above.box.height, below.box.height)
