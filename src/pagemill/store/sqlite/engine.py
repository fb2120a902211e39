"""The store on SQLite: one file, one process that owns it, one thread that writes and one that reads."""

import asyncio
from pathlib import Path

import apsw

from pagemill.base.clock import Clock
from pagemill.domain.cost import Pace
from pagemill.domain.retry import RetryPolicy
from pagemill.store.migrate import DatabaseDamaged, migrations, pending
from pagemill.store.sqlite.api_keys import SqliteApiKeys
from pagemill.store.sqlite.connection import Connection
from pagemill.store.sqlite.files import SqliteFiles
from pagemill.store.sqlite.queue import SqliteQueue
from pagemill.store.sqlite.reader import Reader
from pagemill.store.sqlite.views import SqliteViews
from pagemill.store.sqlite.writer import Writer
from pagemill.store.wakeup import Wakeups


class SqliteStore:
    """Queue, views, keys and files over one database file.

    `queue` writes and `views` reads; `api_keys` and `files` do both. `wakeups` are rung, on the event loop that opened the store, after each commit that made
    jobs ready or told of tasks. `pace` predicts the work of new tasks, and `policy` says how often work is tried again.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        wakeups: Wakeups,
        pace: Pace = Pace(),  # noqa: B008 - frozen
        policy: RetryPolicy = RetryPolicy(),  # noqa: B008 - frozen
    ) -> None:
        self._path = path
        self._clock = clock
        self._writer = Writer(path, clock, wakeups)
        self._reader = Reader(path, clock)
        self.queue = SqliteQueue(self._writer, pace, policy)
        self.views = SqliteViews(self._reader)
        self.api_keys = SqliteApiKeys(self._writer, self._reader)
        self.files = SqliteFiles(self._writer, self._reader)

    async def open(self) -> None:
        """Creates the file or brings its schema up to date, and starts the threads.

        Raises `SchemaTooNew` when a newer program wrote the file, and `DatabaseDamaged` if it is no database.
        """
        try:
            await asyncio.to_thread(migrate, self._path, self._clock)
        except apsw.Error as error:
            raise DatabaseDamaged(f"{self._path} cannot be read: {error}") from error
        self._writer.start()

    async def close(self) -> None:
        """Commits what waits and closes the file."""
        await self._writer.stop()
        await self._reader.stop()


def migrate(path: Path, clock: Clock) -> int:
    """Brings the schema of the file at `path` up to date and returns its version. Raises `SchemaTooNew`."""
    connection = Connection(path, clock)
    try:
        version = schema_version(connection)
        for step in pending(migrations("sqlite"), version, str(path)):
            connection.begin("begin")
            connection.script(step.sql)
            connection.apsw.pragma("user_version", step.version)
            connection.run("commit")
        return schema_version(connection)
    finally:
        connection.close()


def schema_version(connection: Connection) -> int:
    """The number of the last migration that the file has seen, 0 for an empty one."""
    return int(connection.run("schema_version")[0][0])
