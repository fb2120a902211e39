"""How many cells the tables of one file may have together."""

from pagemill.domain.document import Table
from pagemill.domain.errors import DocumentError
from pagemill.domain.limits import MEBIBYTE, Limits

_POSITIONS_A_CELL = 2
_POSITIONS_ALWAYS_ALLOWED = 250_000
_MOST_CHARACTERS = 256 * MEBIBYTE


class CellBudget:
    """Counts the cells that hold something, and the positions of grids: a few cells far apart can span millions of those."""

    def __init__(self, file_name: str, limits: Limits) -> None:
        self._file_name = file_name
        self._most_cells = limits.max_cells
        self._cells_left = limits.max_cells
        self._characters_left = _MOST_CHARACTERS
        self._positions_left = max(_POSITIONS_ALWAYS_ALLOWED, _POSITIONS_A_CELL * limits.max_cells)

    def take(self, cells: int) -> None:
        """Counts cells that hold something. Raises `DocumentError` (`too_many_cells`)."""
        self._cells_left -= cells
        if self._cells_left < 0:
            raise DocumentError(
                f"The tables of {self._file_name} have more than {self._most_cells:,} cells", code="too_many_cells"
            )

    def take_text(self, characters: int) -> None:
        """Counts what cells say: many may share one long text. Raises `DocumentError` (`result_too_large`)."""
        self._characters_left -= characters
        if self._characters_left < 0:
            raise DocumentError(
                f"The cells of {self._file_name} say more than {_MOST_CHARACTERS:,} characters", code="result_too_large"
            )

    def take_grid(self, rows: int, columns: int) -> None:
        """Counts the positions of a grid, before it is filled. Raises `DocumentError` (`too_many_cells`)."""
        self._positions_left -= rows * columns
        if self._positions_left < 0:
            raise DocumentError(
                f"A table of {self._file_name} spans {rows:,} rows and {columns:,} columns", code="too_many_cells"
            )

    def take_table(self, table: Table) -> None:
        """Counts a table that is made already. Raises `DocumentError` (`too_many_cells`)."""
        self.take_grid(table.row_count, table.column_count)
        self.take(sum(1 for cell in table.cells if cell.text))
