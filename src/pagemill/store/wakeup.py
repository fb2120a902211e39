"""Telling sleepers that something changed. A bell is a hint; the rows are the truth, so every sleeper also polls."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress


class Doorbell:
    """Wakes everyone who waits. Belongs to one event loop and is rung on it.

    A waiter says which ring it has heard last, so a ring between two waits is never missed.
    """

    def __init__(self) -> None:
        self.rings = 0
        self._next: asyncio.Future[None] | None = None

    def ring(self) -> None:
        """Wakes all who wait now."""
        self.rings += 1
        if self._next is not None and not self._next.done():
            self._next.set_result(None)
        self._next = None

    async def wait(self, heard: int, timeout_seconds: float) -> int:
        """Returns the count of rings: at once if it is not `heard` any more, else at the next ring or the timeout."""
        if self.rings == heard:
            if self._next is None:
                self._next = asyncio.get_running_loop().create_future()
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._next), timeout_seconds)
        return self.rings


class TaskBells:
    """A bell for each task that somebody waits for, so that a change of one task does not wake who waits for another."""

    def __init__(self) -> None:
        self._bells: dict[str, Doorbell] = {}
        self._waiters: Counter[str] = Counter()

    @contextmanager
    def of(self, task_id: str) -> Iterator[Doorbell]:
        """The bell of a task, there as long as anybody is in this block."""
        bell = self._bells.setdefault(task_id, Doorbell())
        self._waiters[task_id] += 1
        try:
            yield bell
        finally:
            self._waiters[task_id] -= 1
            if not self._waiters[task_id]:
                del self._waiters[task_id], self._bells[task_id]

    def ring(self, task_ids: Iterable[str]) -> None:
        """Wakes all who wait for these tasks."""
        for task_id in task_ids:
            if task_id in self._bells:
                self._bells[task_id].ring()


class Wakeups:
    """The bells of a process: `work` rings when jobs may have become ready, `events` when tasks changed, `tasks` the same by task.

    `ends` rings by task, too, but only for those that ended or are gone.

    `revoked` rings, with `work`, when running jobs were cancelled or a node was told to drain: whoever is a node should beat.
    """

    def __init__(self) -> None:
        self.work = Doorbell()
        self.events = Doorbell()
        self.tasks = TaskBells()
        self.ends = TaskBells()
        self.revoked = Doorbell()
