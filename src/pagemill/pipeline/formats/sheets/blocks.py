"""A sheet's grid as blocks: tables, what heads them, and notes beside them."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from pagemill.domain.document import Block, BlockKind
from pagemill.pipeline.formats.cells import CellBudget
from pagemill.pipeline.formats.flow import NOWHERE
from pagemill.pipeline.formats.prose import lines, one_line
from pagemill.pipeline.formats.sheets.grid import Area, Grid, SheetValue
from pagemill.pipeline.formats.sheets.regions import Region, regions_of
from pagemill.pipeline.formats.sheets.tables import sheet_part, sheet_table
from pagemill.pipeline.formats.tables import table_text

SHEET_LEVEL = 2
TABLE_LEVEL = 3
_LONGEST_HEADING = 100
_LONGEST_LINE = 60
_MOST_ROWS_BETWEEN = 2


class SheetBlocks:
    """Makes blocks of one sheet; `whole` for one that is a single table."""

    def __init__(self, name: str, grid: Grid, budget: CellBudget, *, whole: bool = False) -> None:
        self._name, self._budget, self._whole = name, budget, whole
        self._merged = {(area.top, area.left): area for area in grid.merged}
        self._regions = [Region(around(grid.cells, {}), grid.cells)] if whole and grid.cells else regions_of(grid)

    def heading(self) -> Block:
        """The sheet's name, to stand above its blocks."""
        return Block(BlockKind.HEADING, self._name, NOWHERE, SHEET_LEVEL, sheet=sheet_part(self._name, None, [], {}))

    def blocks(self) -> Iterator[Block]:
        """The sheet from top to bottom."""
        for index, region in enumerate(self._regions):
            titles, rest = ([], region.cells) if self._whole else _parted(region)
            for row in titles:
                yield self._line(row, heads=bool(rest) or self._heads_next(index))
            if rest:
                yield from self._rest(rest)

    def _rest(self, cells: list[SheetValue]) -> Iterator[Block]:
        area = around(cells, self._merged)
        if not self._whole and area.left == area.right and any(len(cell.text) > _LONGEST_LINE for cell in cells):
            yield from (self._line(cell, heads=False) for cell in cells)
            return
        table = sheet_table(Region(area, cells), self._merged, self._budget)
        part = sheet_part(self._name, area, cells, self._merged)
        yield Block(BlockKind.TABLE, table_text(table), NOWHERE, table=table, sheet=part)

    def _line(self, cell: SheetValue, *, heads: bool) -> Block:
        """A cell that stands alone in its row."""
        part = sheet_part(self._name, around([cell], self._merged), [cell], self._merged)
        if heads and len(cell.text) <= _LONGEST_HEADING and cell.value is None:
            return Block(BlockKind.HEADING, one_line(cell.text), NOWHERE, TABLE_LEVEL, sheet=part)
        return Block(BlockKind.PARAGRAPH, lines(cell.text), NOWHERE, sheet=part)

    def _heads_next(self, index: int) -> bool:
        """Whether a table begins right below the region, in its columns."""
        area = self._regions[index].area
        return any(
            other.area.top - area.bottom in range(1, _MOST_ROWS_BETWEEN + 1)
            and other.area.left <= area.right + 1
            and area.left <= other.area.right
            and len(other.cells) > 1
            for other in self._regions[index + 1 :]
        )


def _parted(region: Region) -> tuple[list[SheetValue], list[SheetValue]]:
    """The cells on top that have a row for themselves, in a region of several columns, and all the others."""
    if len(region.cells) == 1:
        return region.cells, []
    titles: list[SheetValue] = []
    if region.area.left < region.area.right:
        for _, row in groupby(region.cells, lambda cell: cell.row):
            line = list(row)
            if len(line) > 1 or line[0].value is not None:
                break
            titles += line
    return titles, region.cells[len(titles) :]


def around(cells: Sequence[SheetValue], merged: dict[tuple[int, int], Area]) -> Area:
    """The area of these cells with what is merged to them."""
    rows, columns = [cell.row for cell in cells], [cell.column for cell in cells]
    area = Area(min(rows), min(columns), max(rows), max(columns))
    for cell in cells if merged else ():
        area = area.union(merged.get((cell.row, cell.column), area))
    return area
