"""Read snapshots: one thread with a read-only connection, each view one short transaction."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import apsw

from pagemill.base.clock import Clock
from pagemill.domain.errors import TransientError
from pagemill.store.sqlite.connection import Connection

T = TypeVar("T")

LONGEST_READ_SECONDS = 1.0
"""A snapshot that stays open keeps the log from being emptied: 6 s of reading under load were 570 MB."""

STEPS_BETWEEN_LOOKS = 20_000


class Reader:
    """The reader thread. Where no service writes, a snapshot may take longer than by default."""

    def __init__(self, path: Path, clock: Clock, longest_read_seconds: float | None = None) -> None:
        self._path = path
        self._clock = clock
        self._longest_read_seconds = longest_read_seconds
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pagemill-views")
        self._connection: Connection | None = None
        self._stop_at = 0.0

    async def run(self, view: Callable[[Connection], T]) -> T:
        """What `view` reads in one snapshot. Raises `TransientError` when the database fails or it takes too long."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._read, view)
        except RuntimeError as error:
            raise TransientError("The store is closed") from error

    async def stop(self) -> None:
        """Closes the connection and ends the thread."""
        with suppress(RuntimeError):
            await asyncio.get_running_loop().run_in_executor(self._thread, self._disconnect)
        self._thread.shutdown()

    def _read(self, view: Callable[[Connection], T]) -> T:
        try:
            connection = self._connected()
            self._stop_at = self._clock.monotonic_seconds() + (self._longest_read_seconds or LONGEST_READ_SECONDS)
            connection.begin("begin_reading")
            try:
                return view(connection)
            finally:
                connection.run("commit")
        except apsw.Error as error:
            self._disconnect()
            raise TransientError(f"The database {self._path} cannot be read: {error}") from error

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = Connection(self._path, self._clock, read_only=True)
            self._connection.apsw.set_progress_handler(self._took_too_long, STEPS_BETWEEN_LOOKS)
        return self._connection

    def _took_too_long(self) -> bool:
        return self._clock.monotonic_seconds() > self._stop_at

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
