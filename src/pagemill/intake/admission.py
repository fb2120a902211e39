"""Whether one more task may come in."""

import anyio

from pagemill.base.clock import Clock
from pagemill.domain.errors import TooBusy
from pagemill.store.views import Counts, Views

SAMPLE_SECONDS = 5.0
SHORTEST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 300.0


def refusal(waiting: int, counts: Counts, max_queued: int, slots: int) -> TooBusy | None:
    """What to tell a submission while `waiting` jobs are live, or None if it may come in.

    `retry_after` is the predicted backlog ÷ capacity: the ready jobs' seconds over the `slots` that work on them, 1 to 300 s.
    """
    if waiting < max_queued:
        return None
    busy = TooBusy(f"{waiting} jobs are waiting or running, and {max_queued} is the most this service takes")
    seconds = counts.ready_seconds / max(1, slots)
    busy.retry_after = min(max(seconds, SHORTEST_WAIT_SECONDS), LONGEST_WAIT_SECONDS)
    return busy


class Admission:
    """Samples the live jobs every 5 s and counts what it admits in between, so that a burst cannot pass it."""

    def __init__(self, views: Views, clock: Clock, max_queued: int, slots: int) -> None:
        self._views = views
        self._clock = clock
        self._max_queued = max_queued
        self._slots = slots
        self._counts = Counts(ready=0, delayed=0, running=0, ready_seconds=0.0)
        self._sampled_at = -SAMPLE_SECONDS * 2
        self._sampling = anyio.Lock()
        self._admitted = 0

    async def check(self) -> None:
        """Admits one submission. Raises `TooBusy`."""
        async with self._sampling:
            now = self._clock.monotonic_seconds()
            if self._sampled_at < 0 or now - self._sampled_at >= SAMPLE_SECONDS:
                self._counts = await self._views.counts()
                self._sampled_at, self._admitted = now, 0
        live = self._counts.ready + self._counts.delayed + self._counts.running + self._admitted
        busy = refusal(live, self._counts, self._max_queued, self._slots)
        if busy is not None:
            raise busy
        self._admitted += 1
