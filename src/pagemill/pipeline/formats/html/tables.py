"""HTML tables as cells with spans."""

from collections.abc import Callable, Iterator

from selectolax.lexbor import LexborNode

from pagemill.domain.document import Cell, Table

_MOST_SPANNED = 100
_MOST_POSITIONS = 50_000  # after that cells span no rows: a few bytes of HTML must not become a grid of millions
CELLS = ("td", "th")
_NO_TABLE = ("presentation", "none")
_LAYOUT_SHARE = 0.8


def table_of(node: LexborNode, text_of: Callable[[LexborNode], str]) -> Table:
    """The table, without empty rows. A cell says what `text_of` finds in it, nested tables included."""
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    rows = [row for row in _rows(node) if any(cell.text().strip() for cell in _cells(row))]
    for index, row in enumerate(rows):
        column = 0
        for cell in _cells(row):
            while (index, column) in taken:
                column += 1
            rows_left = len(rows) - index if len(taken) < _MOST_POSITIONS else 1
            made = _cell(cell, text_of(cell), index, column, rows_left)
            taken.update(
                (index + down, column + across) for down in range(made.row_span) for across in range(made.column_span)
            )
            cells.append(made)
            column += made.column_span
    width = max((cell.column + cell.column_span for cell in cells), default=0)
    return Table(len(rows), width, tuple(cells))


def is_layout(table: LexborNode) -> bool:
    """Whether the table only places things: it says so, has one column, or nearly all its text is in tables within it."""
    if table.attributes.get("role") in _NO_TABLE:
        return True
    rows = [[cell for cell in _cells(row) if cell.text().strip()] for row in _rows(table)]
    if all(len(row) <= 1 and not any(_span(cell, "colspan") > 1 for cell in row) for row in rows):
        return True
    cells = [cell for row in rows for cell in row]
    inner = [one for cell in cells for one in _inner_tables(cell)]
    text = sum(map(_length, cells))
    headed = any(cell.tag == "th" for cell in cells)
    return bool(inner) and not headed and sum(map(_length, inner)) >= _LAYOUT_SHARE * text


def _length(node: LexborNode) -> int:
    return len("".join(node.text().split()))


def _inner_tables(cell: LexborNode) -> Iterator[LexborNode]:
    """The tables in a cell, but none within those."""
    pending = list(cell.iter())
    while pending:
        node = pending.pop()
        if node.tag == "table":
            yield node
        else:
            pending.extend(node.iter())


def _cell(node: LexborNode, text: str, row: int, column: int, rows_left: int) -> Cell:
    down = min(_span(node, "rowspan"), rows_left)
    return Cell(row, column, text, down, _span(node, "colspan"), node.tag == "th")


def _span(node: LexborNode, name: str) -> int:
    said = (node.attributes.get(name) or "1").strip()
    return min(max(1, int(said)), _MOST_SPANNED) if said.isdecimal() else 1


def _rows(table: LexborNode) -> Iterator[LexborNode]:
    for child in table.iter():
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in child.iter() if row.tag == "tr")


def _cells(row: LexborNode) -> Iterator[LexborNode]:
    return (cell for cell in row.iter() if cell.tag in CELLS)
