"""Telling sleepers that something changed. A bell is a hint; the rows are the truth, so every sleeper also polls."""

import asyncio
from contextlib import suppress


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


class Wakeups:
    """The bells of a process: `work` rings when jobs may have become ready, `events` when tasks changed.

    `revoked` rings, with `work`, when running jobs were cancelled: whoever holds one should ask what it still holds.
    """

    def __init__(self) -> None:
        self.work = Doorbell()
        self.events = Doorbell()
        self.revoked = Doorbell()
