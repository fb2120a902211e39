"""Tables of text documents and slides as cells with spans."""

from collections.abc import Callable, Iterator

from lxml import etree

from pagemill.domain.document import Cell, Table
from pagemill.pipeline.formats.cells import CellBudget
from pagemill.pipeline.formats.open_document.names import count, named, value

_ROW, _CELL, _COVERED = named("table:table-row"), named("table:table-cell"), named("table:covered-table-cell")
_HEADS = named("table:table-header-rows")
_AROUND = frozenset({_HEADS, named("table:table-rows"), named("table:table-row-group")})
_MOST_COLUMNS = 16_384


def read_table(table: etree._Element, text_of: Callable[[etree._Element], str], budget: CellBudget) -> Table:
    """The table. A cell says what `text_of` finds in it. Raises `DocumentError` (`too_many_cells`)."""
    rows: list[list[tuple[int, etree._Element | None, str]]] = []
    heads = 0
    for row, is_head in _rows(table, within_head=False):
        line = _line(row, text_of)
        repeated = count(row, "table:number-rows-repeated") if line else 1
        width = line[-1][0] + 1 if line else 0
        budget.take_grid(repeated, width)
        rows += [line] * repeated
        heads += repeated if is_head else 0
    width = max((line[-1][0] + 1 for line in rows if line), default=0)
    heads = heads if heads < len(rows) else 0
    if not heads and value(table, "table:use-first-row-styles") == "true" and len(rows) > 1:
        heads = 1
    return Table(len(rows), width, tuple(_cells(rows, width, heads)))


def _rows(node: etree._Element, *, within_head: bool) -> Iterator[tuple[etree._Element, bool]]:
    for child in node:
        if child.tag == _ROW:
            yield child, within_head
        elif child.tag in _AROUND:
            yield from _rows(child, within_head=within_head or child.tag == _HEADS)


def _line(
    row: etree._Element, text_of: Callable[[etree._Element], str]
) -> list[tuple[int, etree._Element | None, str]]:
    """Column, cell and text of each place in a row; None for a covered one. Repeated empty places at its end are left out."""
    line: list[tuple[int, etree._Element | None, str]] = []
    column = 0
    for node in row.iterchildren(_CELL, _COVERED):
        repeated = count(node, "table:number-columns-repeated")
        text = text_of(node) if node.tag == _CELL else ""
        if text or repeated == 1:
            cell = node if node.tag == _CELL else None
            line += [(place, cell, text) for place in range(column, min(column + repeated, _MOST_COLUMNS))]
        column += repeated
        if column >= _MOST_COLUMNS:
            break
    return line


def _cells(rows: list[list[tuple[int, etree._Element | None, str]]], width: int, heads: int) -> Iterator[Cell]:
    covered: set[tuple[int, int]] = set()
    for index, line in enumerate(rows):
        placed = {column: (node, text) for column, node, text in line}
        for column in range(width):
            node, text = placed.get(column, (None, ""))
            if (index, column) in covered:
                continue
            down, across = _spans(node, len(rows) - index, width - column)
            if (down, across) != (1, 1):
                covered.update((index + below, column + beside) for below in range(down) for beside in range(across))
            yield Cell(index, column, text, down, across, header=index < heads)


def _spans(node: etree._Element | None, rows_left: int, columns_left: int) -> tuple[int, int]:
    if node is None:
        return 1, 1
    down = min(count(node, "table:number-rows-spanned"), rows_left)
    return down, min(count(node, "table:number-columns-spanned"), columns_left)
