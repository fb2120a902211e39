"""Which cells of a sheet belong together: those side by side or one above the other, and what lies in the rectangle around."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import msgspec

from pagemill.pipeline.formats.sheets.grid import Area, Grid, SheetValue

_MOST_REGIONS = 400  # a sheet of that many islands is one table with holes
_MOST_COVERED = 1_000_000


class Region(msgspec.Struct, frozen=True):
    """A rectangle and the cells in it that hold something, in row order."""

    area: Area
    cells: list[SheetValue]


def regions_of(grid: Grid) -> list[Region]:
    """The regions of a sheet, from top to bottom, then from left to right. No two of them overlap."""
    areas = _joined(_touching(_runs(grid)))
    return [Region(area, cells) for area, cells in zip(areas, _dealt(grid.cells, areas), strict=True)]


def _runs(grid: Grid) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Row by row, the stretches of columns (first, last) without a gap; merged areas are full."""
    covered = _covered(grid)
    occupied = ((cell.row, cell.column) for cell in grid.cells)
    places = sorted({*occupied, *covered}) if covered else occupied
    for row, cells in groupby(places, lambda place: place[0]):
        runs: list[tuple[int, int]] = []
        for _, column in cells:
            if runs and column <= runs[-1][1] + 1:
                runs[-1] = (runs[-1][0], column)
            else:
                runs.append((column, column))
        yield row, runs


def _covered(grid: Grid) -> set[tuple[int, int]]:
    """The places under merged cells, as far as the sheet is in use."""
    last_row = max((cell.row for cell in grid.cells), default=0)
    last_column = max((cell.column for cell in grid.cells), default=0)
    owners = {(cell.row, cell.column) for cell in grid.cells} if grid.merged else set()
    covered: set[tuple[int, int]] = set()
    for area in grid.merged:
        rows = range(area.top, min(area.bottom, last_row) + 1)
        columns = range(area.left, min(area.right, last_column) + 1)
        if (area.top, area.left) in owners and len(covered) + len(rows) * len(columns) <= _MOST_COVERED:
            covered.update((row, column) for row in rows for column in columns)
    return covered


def _touching(runs: Iterable[tuple[int, list[tuple[int, int]]]]) -> list[Area]:
    """The rectangles around runs that touch one another in neighbouring rows; corners do not count."""
    finished: list[Area] = []
    alive: list[Area] = []
    for row, stretches in runs:
        finished.extend(area for area in alive if area.bottom < row - 1)
        alive = [area for area in alive if area.bottom >= row - 1]
        for first, last in stretches:
            alive.append(Area(row, first, row, last))
        alive = _merged_columns(alive)
        if len(finished) > _MOST_REGIONS:
            finished = [_around(finished)]
    return finished + alive


def _merged_columns(areas: list[Area]) -> list[Area]:
    """Areas of neighbouring rows as one where they share columns."""
    merged: list[Area] = []
    for area in sorted(areas, key=lambda area: (area.left, area.right)):
        if merged and area.left <= merged[-1].right:
            merged[-1] = merged[-1].union(area)
        else:
            merged.append(area)
    return merged


def _around(areas: Sequence[Area]) -> Area:
    whole = areas[0]
    for area in areas[1:]:
        whole = whole.union(area)
    return whole


def _joined(areas: list[Area]) -> list[Area]:
    """Areas that overlap as one, in order."""
    joined: list[Area] = []
    for area in areas:
        while (met := next((other for other in joined if other.meets(area)), None)) is not None:
            joined.remove(met)
            area = area.union(met)  # noqa: PLW2901  # it grows until it meets no other
        joined.append(area)
    return sorted(joined)


def _dealt(cells: Iterable[SheetValue], areas: Sequence[Area]) -> list[list[SheetValue]]:
    """The cells of each area. Of the areas in a cell's row, at most one has its column."""
    dealt: list[list[SheetValue]] = [[] for _ in areas]
    waiting = list(range(len(areas)))[::-1]
    alive: list[int] = []
    for row, of_row in groupby(cells, lambda cell: cell.row):
        alive = [index for index in alive if areas[index].bottom >= row]
        while waiting and areas[waiting[-1]].top <= row:
            alive.append(waiting.pop())
        for cell in of_row:
            for index in alive:
                if areas[index].left <= cell.column <= areas[index].right:
                    dealt[index].append(cell)
                    break
    return dealt
