"""Word's tables as cells with spans."""

from collections.abc import Callable, Iterator
from itertools import islice

import msgspec
from lxml import etree

from pagemill.domain.document import Cell, Table
from pagemill.pipeline.formats.open_xml.names import find, is_on, named, value, whole_number

_MOST_SPANNED = 100
_ROW, _CELL, _CONTROL = named("w:tr"), named("w:tc"), named("w:sdt")
_AROUND = frozenset(map(named, ("w:sdtContent", "w:customXml", "w:ins", "w:moveTo")))


class _Placed(msgspec.Struct):
    """A cell while the rows below it may still belong to it."""

    row: int
    column: int
    text: str
    columns: int
    rows: int = 1


def read_table(table: etree._Element, text_of: Callable[[etree._Element], str]) -> Table:
    """The table without deleted rows. A cell says what `text_of` finds in it."""
    rows = [row for row in _children(table, _ROW) if find(row, "w:trPr/w:del") is None]
    placed: list[_Placed] = []
    above: dict[int, _Placed] = {}
    for index, row in enumerate(rows):
        line = _line(row, index, above, text_of)
        placed.extend(cell for cell in line if cell.row == index)
        above = {cell.column: cell for cell in line}
    width = max((cell.column + cell.columns for cell in placed), default=0)
    heads = _header_rows(table, rows, placed)
    cells = _filled(placed, len(rows), width)
    return Table(
        len(rows),
        width,
        tuple(
            Cell(cell.row, cell.column, cell.text, cell.rows, cell.columns, header=cell.row < heads) for cell in cells
        ),
    )


def only_cell(table: etree._Element) -> etree._Element | None:
    """The cell of a table that has no other; None for any other table."""
    rows = list(islice(_children(table, _ROW), 2))
    cells = list(islice(_children(rows[0], _CELL), 2)) if len(rows) == 1 else []
    return cells[0] if len(cells) == 1 else None


def _line(
    row: etree._Element, index: int, above: dict[int, _Placed], text_of: Callable[[etree._Element], str]
) -> list[_Placed]:
    """The cells of a row, those that go on from the row above among them."""
    line: list[_Placed] = []
    column = min(whole_number(value(row, "w:trPr/w:gridBefore", "w:val")), _MOST_SPANNED)
    for node in _children(row, _CELL):
        columns = max(1, min(whole_number(value(node, "w:tcPr/w:gridSpan", "w:val"), 1), _MOST_SPANNED))
        before = above.get(column)
        if before is not None and before.columns == columns and _goes_on(node, "w:vMerge"):
            before.rows += 1
            line.append(before)
        elif line and line[-1].row == index and _goes_on(node, "w:hMerge"):
            line[-1].columns += columns
        else:
            line.append(_Placed(index, column, text_of(node), columns))
        column += columns
    return line


def _goes_on(cell: etree._Element, merge: str) -> bool:
    return find(cell, f"w:tcPr/{merge}") is not None and value(cell, f"w:tcPr/{merge}", "w:val") != "restart"


def _filled(placed: list[_Placed], height: int, width: int) -> list[_Placed]:
    """The cells in order, with empty ones where a row begins late or ends early."""
    ends = [0] * height
    filled: list[_Placed] = []
    for cell in sorted(placed, key=lambda cell: (cell.row, cell.column)):
        if cell.column > ends[cell.row]:
            filled.append(_Placed(cell.row, ends[cell.row], "", cell.column - ends[cell.row]))
        filled.append(cell)
        for row in range(cell.row, cell.row + cell.rows):
            ends[row] = max(ends[row], cell.column + cell.columns)
    missing = [_Placed(row, end, "", width - end) for row, end in enumerate(ends) if end < width]
    return sorted([*filled, *missing], key=lambda cell: (cell.row, cell.column))


def _header_rows(table: etree._Element, rows: list[etree._Element], placed: list[_Placed]) -> int:
    """How many rows on top are headers: those that repeat on every page, or a full first row set off by the table's style."""
    repeated = 0
    while repeated < len(rows) and is_on(rows[repeated], "w:trPr/w:tblHeader", "w:val"):
        repeated += 1
    if repeated or len(rows) < 2:
        return repeated if repeated < len(rows) else 0
    first = [cell for cell in placed if cell.row == 0]
    full = len(first) > 1 and all(cell.text and cell.rows == 1 for cell in first)
    return int(full and value(table, "w:tblPr/w:tblLook", "w:firstRow") in ("1", "true", "on"))


def _children(node: etree._Element, tag: str) -> Iterator[etree._Element]:
    for child in node:
        if child.tag == tag:
            yield child
        elif child.tag == _CONTROL:
            content = find(child, "w:sdtContent")
            yield from _children(content, tag) if content is not None else ()
        elif child.tag in _AROUND:
            yield from _children(child, tag)
