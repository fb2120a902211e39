"""A sheet's cells that hold something, and how spreadsheets write places."""

import re

import msgspec

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


class Area(msgspec.Struct, frozen=True, order=True):
    """A rectangle of cells; rows and columns count from 0, and all four edges belong to it."""

    top: int
    left: int
    bottom: int
    right: int

    def meets(self, other: "Area") -> bool:
        """Whether both share a cell."""
        across = self.left <= other.right and other.left <= self.right
        return across and self.top <= other.bottom and other.top <= self.bottom

    def union(self, other: "Area") -> "Area":
        """The smallest area that holds both."""
        return Area(
            min(self.top, other.top),
            min(self.left, other.left),
            max(self.bottom, other.bottom),
            max(self.right, other.right),
        )

    def __str__(self) -> str:
        first = f"{column_name(self.left)}{self.top + 1}"
        last = f"{column_name(self.right)}{self.bottom + 1}"
        return first if first == last else f"{first}:{last}"


class SheetValue(msgspec.Struct):
    """A cell that holds something: what it shows, what is stored (None for a text that is shown as it is), and its formula."""

    row: int
    column: int
    text: str
    value: str | float | bool | None = None
    formula: str = ""
    hyperlink: str = ""


class Grid(msgspec.Struct):
    """A sheet: its cells in row order, then column order, and the areas whose cells are merged."""

    cells: list[SheetValue]
    merged: list[Area] = []


def column_name(column: int) -> str:
    """`A` for 0, `AA` for 26."""
    name = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def place_of(reference: str) -> tuple[int, int] | None:
    """Row and column (from 0) of a reference like `B3` or `$B$3`; None if no sheet has such a cell."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = 26 * column + ord(letter) - ord("A") + 1
    row = int(match[2])
    return (row - 1, column - 1) if 1 <= row <= MOST_ROWS and column <= MOST_COLUMNS else None


def area_of(reference: str) -> Area | None:
    """The area of a reference like `B3` or `B3:C4`; None if it is none."""
    first, _, last = reference.partition(":")
    start, end = place_of(first), place_of(last or first)
    if start is None or end is None or end < start or end[1] < start[1]:
        return None
    return Area(*start, *end)
