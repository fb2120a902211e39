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
    busy.retry_after = _wait_seconds(counts.ready_seconds, slots)
    return busy


def tenant_refusal(live: int, counts: Counts, max_queued: int, slots: int) -> TooBusy | None:
    """The same for one tenant with `live` jobs, whose part of the backlog is taken to be its part of all live jobs."""
    if live < max_queued:
        return None
    message = f"{live} of your jobs are waiting or running, and {max_queued} is the most for one tenant"
    busy = TooBusy(message, code="tenant_too_busy")
    part = min(1.0, live / max(1, counts.ready + counts.delayed + counts.running))
    busy.retry_after = _wait_seconds(counts.ready_seconds * part, slots)
    return busy


def _wait_seconds(backlog_seconds: float, slots: int) -> float:
    return min(max(backlog_seconds / max(1, slots), SHORTEST_WAIT_SECONDS), LONGEST_WAIT_SECONDS)


class Admission:
    """Samples the live jobs every 5 s, of all and of each tenant that submits, and counts what it admits in between, so that a
    burst cannot pass it.
    """

    def __init__(self, views: Views, clock: Clock, max_queued: int, max_queued_per_tenant: int, slots: int) -> None:
        self._views = views
        self._clock = clock
        self._max_queued = max_queued
        self._max_queued_per_tenant = max_queued_per_tenant
        self._slots = slots
        self._counts = Counts(ready=0, delayed=0, running=0, ready_seconds=0.0)
        self._sampled_at = -SAMPLE_SECONDS * 2
        self._sampling = anyio.Lock()
        self._admitted = 0
        self._of_tenant: dict[str, int] = {}

    async def check(self, tenant: str) -> None:
        """Admits one submission of this tenant. Raises `TooBusy`."""
        async with self._sampling:
            await self._sample(tenant)
        counts, own = self._counts, self._of_tenant.get(tenant, 0)
        live = counts.ready + counts.delayed + counts.running + self._admitted
        busy = refusal(live, counts, self._max_queued, self._slots)
        busy = busy or tenant_refusal(own, counts, self._max_queued_per_tenant, self._slots)
        if busy is not None:
            raise busy
        self._admitted += 1
        self._of_tenant[tenant] = own + 1

    async def _sample(self, tenant: str) -> None:
        """Counts anew what is older than 5 s; a tenant's own jobs when it first submits after that."""
        now = self._clock.monotonic_seconds()
        if self._sampled_at < 0 or now - self._sampled_at >= SAMPLE_SECONDS:
            self._counts = await self._views.counts()
            self._sampled_at, self._admitted, self._of_tenant = now, 0, {}
        if tenant not in self._of_tenant:
            self._of_tenant[tenant] = await self._views.live_jobs(tenant, self._max_queued_per_tenant)
