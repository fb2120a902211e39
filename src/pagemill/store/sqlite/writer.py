"""Group commit: one thread owns the writing connection and commits the verbs that wait, many at a time.

Each verb has a savepoint, so one that fails rolls back alone. Answers go out after the commit. When the database itself fails,
the group is rolled back and its callers are told; after a full disk the verbs are tried once more one by one, so that only
those are refused that need room.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import IntEnum
from itertools import count
from pathlib import Path
from queue import Empty, PriorityQueue
from typing import Any, TypeVar

import apsw

from pagemill.base.clock import Clock
from pagemill.domain.errors import PagemillError, StoreFull, TransientError
from pagemill.store.sqlite.connection import Connection
from pagemill.store.sqlite.transaction import Transaction
from pagemill.store.wakeup import Wakeups

T = TypeVar("T")

GROUP_VERBS = 64
CHECKPOINT_BYTES = 64 * 1024 * 1024
CHECKPOINT_PAUSE_SECONDS = 1.0
CHECKPOINT_PATIENCE_MILLISECONDS = 50

BROKEN = (
    apsw.FullError,
    apsw.IOError,
    apsw.CantOpenError,
    apsw.BusyError,
    apsw.LockedError,
    apsw.ProtocolError,
    apsw.ReadOnlyError,
    apsw.CorruptError,
    apsw.NotADBError,
    apsw.NoMemError,
    apsw.ConnectionClosedError,
)
"""The database failed, not the verb: what became of the transaction is not known before it is rolled back."""


class Urgency(IntEnum):
    """Who goes first of those that wait: what nodes live by, what users wait for, what has time."""

    NODE = 0
    USER = 1
    BULK = 2


class Call:
    """A verb that waits for its turn, and the answer that its caller waits for."""

    def __init__(self, verb: Callable[[Transaction], Any], urgency: Urgency, future: "asyncio.Future[Any]") -> None:
        self.verb = verb
        self.urgency = urgency
        self.value: Any = None
        self.error: BaseException | None = None
        self._future = future

    def answer(self) -> None:
        """Tells the caller, on its event loop, unless it has gone."""
        if self._future.done():
            return
        if self.error is not None:
            self._future.set_exception(self.error)
        else:
            self._future.set_result(self.value)


class Writer:
    """The writer thread. Belongs to the event loop that starts it."""

    def __init__(self, path: Path, clock: Clock, wakeups: Wakeups) -> None:
        self._path = path
        self._clock = clock
        self._wakeups = wakeups
        self._waiting: PriorityQueue[tuple[int, int, Call | None]] = PriorityQueue()
        self._numbers = count()
        self._open = False
        self._checkpoint_at = 0.0
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._work, name="pagemill-store", daemon=True)

    def start(self) -> None:
        """Starts the thread."""
        self._loop = asyncio.get_running_loop()
        self._open = True
        self._thread.start()

    async def stop(self) -> None:
        """Commits what waits, closes the connection and ends the thread."""
        if self._open:
            self._open = False
            self._waiting.put((len(Urgency), next(self._numbers), None))
            await asyncio.to_thread(self._thread.join)

    async def run(self, verb: Callable[[Transaction], T], urgency: Urgency = Urgency.USER) -> T:
        """What `verb` returns, once it is on disk.

        Raises what the verb raises, `StoreFull` without room, and `TransientError` when the database fails or is closed.
        """
        if not self._open:
            raise TransientError("The store is closed")
        future: asyncio.Future[T] = self._loop.create_future()
        self._waiting.put((urgency, next(self._numbers), Call(verb, urgency, future)))
        return await future

    def _work(self) -> None:
        while group := self._next_group():
            self._commit(group, again=True)
        self._disconnect()

    def _next_group(self) -> list[Call]:
        group: list[Call] = []
        with suppress(Empty):
            while len(group) < GROUP_VERBS:
                call = self._waiting.get(block=not group)[2]
                if call is None:
                    self._end_after(group)
                    break
                group.append(call)
                if call.urgency is Urgency.BULK:
                    break
        return group

    def _end_after(self, group: list[Call]) -> None:
        if group:
            self._waiting.put((len(Urgency), next(self._numbers), None))

    def _commit(self, group: Sequence[Call], *, again: bool) -> None:
        try:
            transaction = self._run_group(self._connected(), group)
        except apsw.FullError as error:
            self._roll_back()
            if again and len(group) > 1:
                for call in group:
                    self._commit([call], again=False)
            else:
                self._refuse(group, StoreFull(f"There is no room left to write {self._path}: {error}"))
        except Exception as error:  # noqa: BLE001 - nobody may wait for ever because the thread has died
            self._disconnect()
            self._refuse(group, TransientError(f"The database {self._path} cannot be written: {error}"))
        else:
            self._answer(group, transaction)
            self._keep_log_short()

    def _run_group(self, connection: Connection, group: Sequence[Call]) -> Transaction:
        connection.begin("begin")
        transaction = Transaction(connection)
        for call in group:
            self._run_verb(connection, transaction, call)
        connection.run("commit")
        return transaction

    def _run_verb(self, connection: Connection, transaction: Transaction, call: Call) -> None:
        connection.run("savepoint")
        try:
            call.value, call.error = call.verb(transaction), None
        except BROKEN:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a verb raises is its caller's
            call.error = error
            connection.run("rollback_verb")
            transaction.forget()
        connection.run("release")

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = Connection(self._path, self._clock)
        return self._connection

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(apsw.Error):
                connection.close()

    def _roll_back(self) -> None:
        try:
            if self._connection is not None and self._connection.apsw.in_transaction:
                self._connection.run("rollback")
        except apsw.Error:
            self._disconnect()

    def _refuse(self, group: Sequence[Call], error: PagemillError) -> None:
        for call in group:
            call.error = call.error or error
        self._answer(group, None)

    def _answer(self, group: Sequence[Call], transaction: Transaction | None) -> None:
        with suppress(RuntimeError):  # the event loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._deliver, group, transaction)

    def _deliver(self, group: Sequence[Call], transaction: Transaction | None) -> None:
        for call in group:
            call.answer()
        if transaction is not None:
            self._ring(transaction)

    def _ring(self, transaction: Transaction) -> None:
        beat = transaction.revoked or transaction.asked
        bells = {
            self._wakeups.revoked: beat,
            self._wakeups.work: transaction.work or beat,
            self._wakeups.events: bool(transaction.told),
        }
        for bell, rings in bells.items():
            if rings:
                bell.ring()
        self._wakeups.tasks.ring(transaction.told)
        self._wakeups.ends.ring(transaction.over)

    def _keep_log_short(self) -> None:
        connection, now = self._connection, self._clock.monotonic_seconds()
        if connection is None or now < self._checkpoint_at or self._log_bytes() <= CHECKPOINT_BYTES:
            return
        self._checkpoint_at = now + CHECKPOINT_PAUSE_SECONDS
        with suppress(apsw.Error):
            connection.checkpoint(CHECKPOINT_PATIENCE_MILLISECONDS)

    def _log_bytes(self) -> int:
        try:
            return self._path.with_name(f"{self._path.name}-wal").stat().st_size
        except FileNotFoundError:
            return 0
