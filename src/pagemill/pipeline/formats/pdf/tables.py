"""liteparse's tables as ours."""

from collections.abc import Sequence
from typing import Any

from pagemill.domain.document import Cell, Table
from pagemill.pipeline.formats.pdf.runs import box_of
from pagemill.pipeline.formats.pdf.text import plain


def table_of(header: Sequence[Any] | None, rows: Sequence[Sequence[Any]] | None) -> Table:
    """A table without spans: liteparse gives none. Short rows are filled up with empty cells, empty rows are left out."""
    heads = [list(header)] if header else []
    grid = [row for row in heads + [list(row) for row in rows or ()] if any(cell.text.strip() for cell in row)]
    columns = max((len(row) for row in grid), default=0)
    has_head = bool(heads) and bool(grid) and grid[0] is heads[0]
    cells = tuple(
        _cell(index, column, row[column] if column < len(row) else None, header=has_head and index == 0)
        for index, row in enumerate(grid)
        for column in range(columns)
    )
    return Table(len(grid), columns, cells)


def _cell(row: int, column: int, cell: Any, *, header: bool) -> Cell:
    if cell is None:
        return Cell(row, column, "", header=header)
    return Cell(row, column, plain(cell.text), header=header, bbox=box_of(cell.bbox) if cell.bbox else None)
