"""A region of a sheet as a table with spans and header rows."""

import re
from bisect import bisect_right

import msgspec

from pagemill.domain.document import Cell, SheetCell, SheetPart, Table
from pagemill.pipeline.formats.cells import CellBudget
from pagemill.pipeline.formats.sheets.grid import Area, SheetValue, column_name
from pagemill.pipeline.formats.sheets.regions import Region

_LONGEST_HEADER = 80
_MOST_HEADER_ROWS = 3
_LETTER = re.compile(r"[^\W\d_]")
_YEAR = re.compile(r"(?:19|20)\d\d")


class _Lines(msgspec.Struct, frozen=True):
    """The rows (or columns) of a region in which a cell begins; others would be empty."""

    places: list[int]
    index: dict[int, int]

    @classmethod
    def of(cls, places: set[int]) -> "_Lines":
        """These rows or columns, in order."""
        ordered = sorted(places)
        return cls(ordered, {place: index for index, place in enumerate(ordered)})

    def count(self, first: int, last: int) -> int:
        """How many of them lie from `first`, which is one of them, to `last`."""
        return bisect_right(self.places, last) - self.index[first]


def sheet_table(region: Region, merged: dict[tuple[int, int], Area], budget: CellBudget) -> Table:
    """The region's table; rows and columns in which nothing stands are left out.

    `merged` are the sheet's merged areas by their first cell. Raises `DocumentError` (`too_many_cells`).
    """
    rows = _Lines.of({cell.row for cell in region.cells})
    columns = _Lines.of({cell.column for cell in region.cells})
    budget.take_grid(len(rows.places), len(columns.places))
    spans = {
        (rows.index[cell.row], columns.index[cell.column]): _span(area, rows, columns)
        for cell in region.cells
        if (area := merged.get((cell.row, cell.column))) is not None
    }
    texts = {(rows.index[cell.row], columns.index[cell.column]): cell.text for cell in region.cells}
    heads = _header_rows(region, rows, spans)
    return Table(len(rows.places), len(columns.places), tuple(_cells(rows, columns, texts, spans, heads)))


def _cells(
    rows: _Lines,
    columns: _Lines,
    texts: dict[tuple[int, int], str],
    spans: dict[tuple[int, int], tuple[int, int]],
    heads: int,
) -> list[Cell]:
    cells: list[Cell] = []
    covered: set[tuple[int, int]] = set()
    for row in range(len(rows.places)):
        for column in range(len(columns.places)):
            place = row, column
            if place in covered:
                continue
            text = texts.get(place, "")
            if place not in spans:
                cells.append(Cell(row, column, text, header=row < heads))
                continue
            down, across = spans[place]
            cells.append(Cell(row, column, text, down, across, header=row < heads))
            covered.update((row + below, column + beside) for below in range(down) for beside in range(across))
    return cells


def _span(area: Area, rows: _Lines, columns: _Lines) -> tuple[int, int]:
    return rows.count(area.top, area.bottom), columns.count(area.left, area.right)


def _header_rows(region: Region, rows: _Lines, spans: dict[tuple[int, int], tuple[int, int]]) -> int:
    """How many rows on top are headers: short texts, in most columns, above at least one row; more where cells span columns."""
    heads = 0
    while heads < min(_MOST_HEADER_ROWS, len(rows.places) - 1):
        line = _row(region, rows.places[heads])
        if not _are_headers(line):
            return heads
        heads += 1
        grouped = any(row == heads - 1 and (down > 1 or across > 1) for (row, _), (down, across) in spans.items())
        if not grouped:
            break
    first = _row(region, rows.places[0])
    return heads if 2 * len(first) > region.area.right - region.area.left or heads > 1 else 0


def _row(region: Region, row: int) -> list[SheetValue]:
    line: list[SheetValue] = []
    for cell in region.cells:
        if cell.row > row:
            break
        if cell.row == row:
            line.append(cell)
    return line


def _are_headers(line: list[SheetValue]) -> bool:
    """Whether these are short texts, with years among them at most."""
    texts = [cell for cell in line if cell.value is None and _LETTER.search(cell.text)]
    others = [cell for cell in line if cell.value is not None or not _LETTER.search(cell.text)]
    short = all(len(cell.text) <= _LONGEST_HEADER for cell in texts)
    return bool(texts) and short and all(_YEAR.fullmatch(cell.text) for cell in others)


def sheet_part(
    sheet_name: str, area: Area | None, cells: list[SheetValue], merged: dict[tuple[int, int], Area]
) -> SheetPart:
    """Where on its sheet something stands, with the cells of it."""
    return SheetPart(sheet_name, str(area) if area else "", tuple(_sheet_cell(cell, merged) for cell in cells))


def _sheet_cell(cell: SheetValue, merged: dict[tuple[int, int], Area]) -> SheetCell:
    area = merged.get((cell.row, cell.column))
    place = str(area) if area else f"{column_name(cell.column)}{cell.row + 1}"
    return SheetCell(place, cell.text, cell.value, cell.formula, cell.hyperlink)
