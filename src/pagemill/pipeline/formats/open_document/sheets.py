"""ODS files, read as a stream: empty and repeated cells cost next to nothing."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from lxml import etree

from pagemill.domain.document import PageContent
from pagemill.domain.limits import Limits
from pagemill.pipeline.formats.cells import CellBudget
from pagemill.pipeline.formats.native import NativeReader, OpenFile
from pagemill.pipeline.formats.open_document.names import count, named, value
from pagemill.pipeline.formats.open_document.package import CONTENT, OpenDocument, opened_document
from pagemill.pipeline.formats.open_document.styles import is_hidden_table
from pagemill.pipeline.formats.open_document.text import plain_text
from pagemill.pipeline.formats.prose import lines
from pagemill.pipeline.formats.sheets.grid import MOST_COLUMNS, MOST_ROWS, Area, Grid, SheetValue
from pagemill.pipeline.formats.sheets.number_formats import general
from pagemill.pipeline.formats.sheets.page import sheet_page
from pagemill.pipeline.formats.xml import streamed_xml
from pagemill.pipeline.source import Source

_TABLE, _ROW, _STYLE = named("table:table"), named("table:table-row"), named("style:style")
_CELL, _COVERED = named("table:table-cell"), named("table:covered-table-cell")
_REFERENCE = re.compile(r"\[\.?([^\[\]]*)\]")
_NUMBERS = frozenset({"float", "percentage", "currency"})


class OpenSheetsReader(NativeReader):
    """Reads ODS files: a page a visible sheet. Comments and drawings are left out."""

    @contextmanager
    def opened(self, source: Source, limits: Limits) -> Iterator[OpenFile]:
        """The file, with its sheets read already. Raises `DocumentError`."""
        with opened_document(source, limits) as document:
            yield _Sheets(document, CellBudget(source.file_name, limits))


class _Sheet(msgspec.Struct):
    name: str
    style: str
    grid: Grid
    next_row: int = 0


class _Sheets:
    def __init__(self, document: OpenDocument, budget: CellBudget) -> None:
        hidden: set[str] = set()
        sheets: list[_Sheet] = []
        for node in streamed_xml(document.data(CONTENT), f"{CONTENT} in {document.file_name}", _STYLE, _ROW):
            if node.tag == _ROW:
                _read_row(node, sheets, budget)
            elif is_hidden_table(node):
                hidden.add(value(node, "style:name"))
        self._sheets = [one for one in sheets if one.style not in hidden] or sheets
        self.page_count = len(self._sheets)
        self.title = document.title

    def page(self, number: int, budget: CellBudget) -> PageContent:
        sheet = self._sheets[number - 1]
        return sheet_page(number, sheet.name, sheet.grid, budget, headed=self.page_count > 1)


def _read_row(node: etree._Element, sheets: list[_Sheet], budget: CellBudget) -> None:
    table = next(node.iterancestors(_TABLE), None)
    if table is None or next(table.iterancestors(_TABLE), None) is not None:
        return
    name = value(table, "table:name")
    if not sheets or sheets[-1].name != name:
        sheets.append(_Sheet(name, value(table, "table:style-name"), Grid([], [])))
    sheet = sheets[-1]
    repeated = min(count(node, "table:number-rows-repeated"), MOST_ROWS - sheet.next_row)
    found = list(_cells(node, budget))
    budget.take(len(found) * repeated)
    for row in range(sheet.next_row, sheet.next_row + repeated) if found else ():
        for cell, down, across in found:
            sheet.grid.cells.append(msgspec.structs.replace(cell, row=row))
            if down > 1 or across > 1:
                sheet.grid.merged.append(Area(row, cell.column, row + down - 1, cell.column + across - 1))
    sheet.next_row += repeated


def _cells(row: etree._Element, budget: CellBudget) -> Iterator[tuple[SheetValue, int, int]]:
    """The cells of a row that hold something, with how many rows and columns each spans."""
    column = 0
    for node in row.iterchildren(_CELL, _COVERED):
        repeated = min(count(node, "table:number-columns-repeated"), MOST_COLUMNS - column)
        if node.tag == _CELL:
            cell = _cell(node, column)
            if cell.text:
                budget.take_text(len(cell.text) * repeated)
                spans = count(node, "table:number-rows-spanned"), count(node, "table:number-columns-spanned")
                for place in range(column, column + repeated):
                    yield msgspec.structs.replace(cell, column=place), *spans
        column += repeated


def _cell(node: etree._Element, column: int) -> SheetValue:
    text = lines("\n".join(plain_text(one) for one in node.iterchildren(named("text:p"))))
    kind = value(node, "office:value-type")
    known: str | float | bool | None = None
    if kind in _NUMBERS:
        known = _number(value(node, "office:value"))
        text = text or (general(known) if known is not None else "")
    elif kind == "boolean":
        known = value(node, "office:boolean-value") == "true"
        text = text or str(known).upper()
    elif kind == "date":
        known = value(node, "office:date-value") or None
        text = text or known or ""
    link = next(node.iter(named("text:a")), None)
    formula = _REFERENCE.sub(r"\1", value(node, "table:formula").partition("=")[2]).replace(":.", ":")
    return SheetValue(0, column, text, known, formula, value(link, "xlink:href"))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
