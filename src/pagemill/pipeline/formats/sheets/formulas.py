"""Formulas that many cells share: written once, and moved along for the others."""

import re

from pagemill.pipeline.formats.sheets.grid import MOST_COLUMNS, MOST_ROWS, column_name, place_of

_PIECE = re.compile(r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'|(?<![\w.$])(\$?)([A-Z]{1,3})(\$?)([0-9]{1,7})(?![\w.(])")
_LINK = re.compile(r'HYPERLINK\(\s*"([^"]+)"', re.IGNORECASE)


def moved(formula: str, rows: int, columns: int) -> str:
    """The formula as it reads so many rows down and columns to the right; what is fixed by `$` stays."""

    def shifted(piece: re.Match[str]) -> str:
        place = place_of(f"{piece[2]}{piece[4]}") if piece[4] else None
        if place is None:
            return piece[0]
        row = place[0] + (0 if piece[3] else rows)
        column = place[1] + (0 if piece[1] else columns)
        if not (0 <= row < MOST_ROWS and 0 <= column < MOST_COLUMNS):
            return "#REF!"
        return f"{piece[1]}{column_name(column)}{piece[3]}{row + 1}"

    return _PIECE.sub(shifted, formula)


def linked_address(formula: str) -> str:
    """The address that a `HYPERLINK("…")` formula points to, "" for any other formula."""
    match = _LINK.match(formula)
    return match[1] if match else ""
