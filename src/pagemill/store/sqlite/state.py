"""A database file looked at from outside: its schema, size and rows, also while a service writes to it."""

from pathlib import Path

import apsw

from pagemill.base.clock import Clock
from pagemill.store.migrate import COUNT_BOUND, DatabaseDamaged, DatabaseState, migrations
from pagemill.store.sqlite.connection import Connection
from pagemill.store.sqlite.engine import schema_version


def sqlite_version() -> str:
    """The version of the SQLite that `apsw` carries."""
    return apsw.sqlite_lib_version()


def look(path: Path, clock: Clock, *, count_rows: bool = True) -> DatabaseState:
    """The database at `path`, which must be there; rows only of a schema that this program knows. Raises `DatabaseDamaged`."""
    newest = migrations("sqlite")[-1].version
    rows: dict[str, int] = {}
    try:
        connection = Connection(path, clock, read_only=True)
        try:
            version = schema_version(connection)
            if count_rows and version == newest:
                rows = dict(connection.run("row_counts", {"bound": COUNT_BOUND}))
        finally:
            connection.close()
    except apsw.Error as error:
        raise DatabaseDamaged(f"{path} cannot be read: {error}") from None
    return DatabaseState(path=str(path), version=version, newest=newest, size_bytes=_size_bytes(path), rows=rows)


def _size_bytes(path: Path) -> int:
    """The file and its log."""
    files = (path, path.with_name(f"{path.name}-wal"))
    return sum(file.stat().st_size for file in files if file.exists())
