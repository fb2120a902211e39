"""Tables on slides."""

from lxml import etree

from pagemill.domain.document import Cell, Table
from pagemill.pipeline.formats.open_xml.names import find, named, value, whole_number
from pagemill.pipeline.formats.slides.text import paragraphs

_MERGED = ("hMerge", "vMerge")


def slide_table(table: etree._Element) -> Table:
    """The table with its spans; the first row is a header if the table's style sets it off."""
    rows = [list(row.iterchildren(named("a:tc"))) for row in table.iterchildren(named("a:tr"))]
    width = max(map(len, rows), default=0)
    header = value(table, "a:tblPr", "firstRow") in ("1", "true")
    cells = [
        _cell(node, index, column, (len(rows) - index, width - column), header=header and index == 0 and len(rows) > 1)
        for index, row in enumerate(rows)
        for column, node in enumerate(row)
        if not any(node.get(merged) in ("1", "true") for merged in _MERGED)
    ]
    return Table(len(rows), width, tuple(cells))


def _cell(node: etree._Element, row: int, column: int, room: tuple[int, int], *, header: bool) -> Cell:
    rows = max(1, min(whole_number(node.get("rowSpan"), 1), room[0]))
    columns = max(1, min(whole_number(node.get("gridSpan"), 1), room[1]))
    found = list(paragraphs(find(node, "a:txBody")))
    said = [one.text if len(found) == 1 and not one.ordered else f"{one.marker} {one.text}".strip() for one in found]
    return Cell(row, column, "\n".join(said), rows, columns, header=header)
