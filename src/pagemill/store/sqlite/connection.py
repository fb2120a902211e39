"""One SQLite connection that runs the statements of `store/sql/sqlite` by their names."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import apsw

from pagemill.base.clock import Clock

Row = tuple[Any, ...]
Values = Mapping[str, Any]
SQLiteValue = None | int | float | bytes | str

BUSY_TIMEOUT_MILLISECONDS = 10_000
STATEMENTS_KEPT = 200


@cache
def statement(name: str) -> str:
    """The text of `store/sql/sqlite/<name>.sql`."""
    return (files("pagemill.store") / "sql" / "sqlite" / f"{name}.sql").read_text("utf-8")


class Connection:
    """A connection whose `pagemill_now()` stands still from one `begin` to the next."""

    def __init__(self, path: Path, clock: Clock, *, read_only: bool = False) -> None:
        flags = apsw.SQLITE_OPEN_READONLY if read_only else apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
        self._clock = clock
        self.now = clock.wall_seconds()
        self.apsw = apsw.Connection(str(path), flags=flags, statementcachesize=STATEMENTS_KEPT)
        self.apsw.set_busy_timeout(BUSY_TIMEOUT_MILLISECONDS)
        self.apsw.create_scalar_function("pagemill_now", self._pagemill_now, 0)
        self.run("reader_pragmas" if read_only else "pragmas")

    def _pagemill_now(self, *_: SQLiteValue) -> float:
        return self.now

    def begin(self, name: str) -> None:
        """Starts a transaction with the statement `name` and reads the clock for it."""
        self.run(name)
        self.now = self._clock.wall_seconds()

    def run(self, name: str, values: Values | None = None) -> list[Row]:
        """All rows of a statement."""
        return self.apsw.execute(statement(name), values).fetchall()

    def many(self, name: str, rows: Iterable[Values]) -> list[Row]:
        """The rows of a statement that is run once for each of `rows`."""
        return self.apsw.executemany(statement(name), rows).fetchall()

    def script(self, text: str) -> None:
        """Runs the statements of a migration."""
        self.apsw.execute(text)

    def checkpoint(self, patience_milliseconds: int) -> None:
        """Moves the log into the database and empties it; gives up if readers are in the way for so long."""
        self.apsw.set_busy_timeout(patience_milliseconds)
        try:
            self.run("checkpoint")
        finally:
            self.apsw.set_busy_timeout(BUSY_TIMEOUT_MILLISECONDS)

    def close(self) -> None:
        """Ends the connection; an open transaction is rolled back."""
        self.apsw.close()
