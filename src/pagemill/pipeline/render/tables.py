"""Tables in HTML, with their spans, and in Markdown, where a cell that spans others is repeated in each."""

import re
from collections.abc import Sequence
from itertools import takewhile

from pagemill.domain.document import Cell, Table
from pagemill.domain.options import Format
from pagemill.pipeline.render.escape import html_text, markdown_text

_LINE_END = "<br>"  # the one thing that Markdown has no other way to write
_NUL = "\0"
_MARK = f"<{_NUL}"
_PLAIN = re.compile(r"(?:[^\W_](?:[^\W_]|[ ,:/'%-](?=\S)|\.(?=[^\W_]))*)?")  # most cells of large tables need no escape
_BAR = re.compile(r"(?<!\\)\|")


def html_table(table: Table) -> str:
    """The table as HTML; every text is escaped."""
    return joined_rows(written_rows(table, Format.HTML), Format.HTML)


def markdown_table(table: Table) -> str:
    """The table as a pipe table. Markdown wants a header: the first row is it."""
    return joined_rows(written_rows(table, Format.MARKDOWN), Format.MARKDOWN)


def written_rows(table: Table, form: Format) -> list[str]:
    """Each row, written."""
    if form is Format.HTML:
        return [f"<tr>{''.join(map(_html_cell, row))}</tr>" for row in _rows(table)]
    return [f"| {' | '.join(row)} |" for row in _grid(table)]


def joined_rows(rows: Sequence[str], form: Format) -> str:
    """Written rows, at least one, as a table. In Markdown the first of them becomes the header."""
    if form is Format.HTML:
        return f"<table>{''.join(rows)}</table>"
    columns = len(_BAR.findall(rows[0])) - 1
    return "\n".join([rows[0], f"|{' --- |' * columns}", *rows[1:]])


def header_rows(table: Table) -> list[int]:
    """The rows to repeat when the table is cut: those of nothing but header cells, or else the first."""
    heads = list(takewhile(lambda row: all(cell.header for cell in row), _rows(table)))
    return list(range(len(heads))) if 0 < len(heads) < table.row_count else [0]


def _rows(table: Table) -> list[list[Cell]]:
    rows: list[list[Cell]] = [[] for _ in range(table.row_count)]
    for cell in table.cells:
        rows[cell.row].append(cell)
    return rows


def _grid(table: Table) -> list[list[str]]:
    grid = [[""] * table.column_count for _ in range(table.row_count)]
    for cell in table.cells:
        text = cell.text if _PLAIN.fullmatch(cell.text) else _markdown_cell(cell.text)
        if cell.row_span == cell.column_span == 1:
            grid[cell.row][cell.column] = text
            continue
        for row in range(cell.row, min(cell.row + cell.row_span, table.row_count)):
            for column in range(cell.column, min(cell.column + cell.column_span, table.column_count)):
                grid[row][column] = text
    return grid


def _markdown_cell(text: str) -> str:
    """The text with marks at its line ends while it is made safe: what stands beside one must not become markup by it."""
    lines = (" ".join(line.split()) for line in text.replace(_NUL, "").splitlines())
    safe = markdown_text(_MARK.join(line for line in lines if line))
    return safe.replace("|", r"\|").replace(_MARK, _LINE_END)


def _html_cell(cell: Cell) -> str:
    tag = "th" if cell.header else "td"
    down = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
    across = f' colspan="{cell.column_span}"' if cell.column_span > 1 else ""
    if not (cell.text or down or across):
        return f"<{tag}></{tag}>"  # large sheets are mostly empty
    return f"<{tag}{down}{across}>{html_text(cell.text).replace(chr(10), _LINE_END)}</{tag}>"
