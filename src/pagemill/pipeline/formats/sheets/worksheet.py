"""The cells of one sheet of an XLSX file, read as a stream: empty cells cost next to nothing."""

import math
from collections.abc import Iterator

from lxml import etree

from pagemill.pipeline.formats.cells import CellBudget
from pagemill.pipeline.formats.open_xml.names import named, value, whole_number
from pagemill.pipeline.formats.sheets.dates import iso
from pagemill.pipeline.formats.sheets.formulas import linked_address, moved
from pagemill.pipeline.formats.sheets.grid import MOST_COLUMNS, MOST_ROWS, Area, Grid, SheetValue, area_of, place_of
from pagemill.pipeline.formats.sheets.number_formats import is_date_format, shown_number
from pagemill.pipeline.formats.sheets.workbook import Workbook, plain_text
from pagemill.pipeline.formats.xml import streamed_xml

_ROW, _CELL, _MERGED, _LINK = named("s:row"), named("s:c"), named("s:mergeCell"), named("s:hyperlink")
_VALUE, _FORMULA, _INLINE = named("s:v"), named("s:f"), named("s:is")
_LONGEST_SHARED_FORMULA = 200
Value = str | float | bool | None


def read_worksheet(workbook: Workbook, part: str, budget: CellBudget) -> Grid:
    """What the sheet holds. Raises `DocumentError` (`corrupt_file`, `too_many_cells`)."""
    reading = _Reading(workbook)
    merged: list[Area] = []
    links: list[tuple[Area, str]] = []
    data = workbook.package.data(part)
    for node in streamed_xml(data, f"{part} in {workbook.package.file_name}", _ROW, _MERGED, _LINK):
        if node.tag == _ROW:
            before = len(reading.cells)
            reading.row(node)
            budget.take(len(reading.cells) - before)
            budget.take_text(sum(len(cell.text) for cell in reading.cells[before:]))
            continue
        area = area_of(node.get("ref") or "")
        if area is not None and node.tag == _MERGED:
            merged.append(area)
        elif area is not None:
            links.append((area, _address(workbook, part, node)))
    _link(reading.cells, links)
    return Grid(sorted(reading.cells, key=lambda cell: (cell.row, cell.column)), merged)


class _Reading:
    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._shared: dict[str, tuple[str, int, int]] = {}
        self._columns: dict[str, int] = {}
        self._next_row = 0
        self.cells: list[SheetValue] = []

    def row(self, node: etree._Element) -> None:
        """A row's cells; places that are not written down follow one another."""
        row = whole_number(node.get("r"), self._next_row + 1) - 1
        self._next_row = row + 1
        if 0 <= row < MOST_ROWS:
            self.cells.extend(self._cells(node, row))

    def _cells(self, node: etree._Element, row: int) -> Iterator[SheetValue]:
        column = -1
        for child in node.iterchildren(_CELL):
            said = child.get("r")
            column = self._column(said) if said else column + 1
            if len(child) and 0 <= column < MOST_COLUMNS:
                cell = self._cell(child, row, column)
                if cell.text.strip():
                    yield cell

    def _column(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        if letters not in self._columns:
            place = place_of(f"{letters}1")
            self._columns[letters] = place[1] if place else MOST_COLUMNS
        return self._columns[letters]

    def _cell(self, node: etree._Element, row: int, column: int) -> SheetValue:
        stored, formula, inline = "", "", ""
        for child in node:
            if child.tag == _VALUE:
                stored = child.text or ""
            elif child.tag == _FORMULA:
                formula = self._formula(child, row, column)
            elif child.tag == _INLINE:
                inline = plain_text(child)
        text, known = self._shown(node.get("t", "n"), stored, node.get("s"), inline)
        if not text and formula and not stored:
            text = f"={formula}"
        return SheetValue(row, column, text, known, formula, linked_address(formula))

    def _shown(self, kind: str, stored: str, style: str | None, inline: str) -> tuple[str, Value]:
        """What the cell shows, and what it stores if that is something else."""
        if kind == "s":
            strings, index = self._workbook.strings, whole_number(stored, -1)
            return (strings[index] if 0 <= index < len(strings) else ""), None
        if kind == "inlineStr":
            return inline or stored, None
        if kind == "b" and stored:
            return ("TRUE", True) if stored.strip() in ("1", "true") else ("FALSE", False)
        return self._number(stored, style) if kind in ("n", "") else (stored, None)

    def _number(self, stored: str, style: str | None) -> tuple[str, Value]:
        try:
            number = float(stored)
        except ValueError:
            return stored, None
        if not math.isfinite(number):
            return stored, None
        code, since_1904 = self._workbook.format_of(style), self._workbook.since_1904
        date = iso(number, since_1904=since_1904) if is_date_format(code) else None
        return shown_number(number, code, since_1904=since_1904), number if date is None else date

    def _formula(self, node: etree._Element, row: int, column: int) -> str:
        formula = node.text or ""
        if node.get("t") != "shared":
            return formula
        shared = node.get("si") or ""
        if formula:
            self._shared[shared] = formula, row, column
            return formula
        first, first_row, first_column = self._shared.get(shared, ("", row, column))
        return moved(first, row - first_row, column - first_column) if len(first) <= _LONGEST_SHARED_FORMULA else ""


def _address(workbook: Workbook, part: str, node: etree._Element) -> str:
    relationship = workbook.package.relationships(part).get(value(node, "", "r:id"))
    location = node.get("location") or ""
    outside = relationship.target if relationship and relationship.external else ""
    return f"{outside}#{location}" if location else outside


def _link(cells: list[SheetValue], links: list[tuple[Area, str]]) -> None:
    """Gives the first cell of each linked area its address."""
    addresses = {(area.top, area.left): address for area, address in links if address}
    for cell in cells if addresses else ():
        cell.hyperlink = addresses.get((cell.row, cell.column), cell.hyperlink)
