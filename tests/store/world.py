"""What a conformance test stands on: a real store in a temporary folder, a clock that can be shifted, and short words for the
verbs. Speaks the two protocols only, so every engine can be put under it.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

from pagemill.base.clock import SystemClock
from pagemill.domain.cost import Pace
from pagemill.domain.fairness import Wish
from pagemill.domain.options import Options
from pagemill.domain.outcome import DocumentReady, Outcome, PagesRead
from pagemill.domain.task import Band, Claim, Flow, Pool, Task, TaskSpec
from pagemill.store.queue import Answer, NewNode, Queue, Settlement, Submission
from pagemill.store.sqlite.engine import SqliteStore
from pagemill.store.views import Views
from pagemill.store.wakeup import Wakeups

ENGINES = ("sqlite",)
MANY = 1_000
NO_JITTER = 0.5


class ShiftedClock(SystemClock):
    """The machine's clock, whose wall time can be moved."""

    def __init__(self) -> None:
        self.shift_seconds = 0.0

    def wall_seconds(self) -> float:
        return super().wall_seconds() + self.shift_seconds


class Store(Protocol):
    """What an engine's store has."""

    queue: Queue
    views: Views


class World:
    """A store and short words for its verbs."""

    def __init__(self, store: Store, clock: ShiftedClock, wakeups: Wakeups) -> None:
        self.store = store
        self.queue = store.queue
        self.views = store.views
        self.clock = clock
        self.wakeups = wakeups
        self._numbers = count(1)

    def new_id(self) -> str:
        return f"task_{next(self._numbers):08d}"

    def submission(self, tenant: str = "acme", task_id: str = "", **options: object) -> Submission:
        spec = new_spec(task_id or self.new_id(), **options)
        return Submission(tenant, spec, self.clock.wall_seconds())

    async def join(self, boot_id: str, *, sole: bool = False) -> int:
        return await self.queue.join(NewNode(boot_id, "host", sole))

    async def submit(self, tenant: str = "acme", **options: object) -> Task:
        return (await self.queue.submit([self.submission(tenant, **options)]))[0]

    async def claim(self, owner: int, jobs: int = MANY, pool: Pool | None = None) -> tuple[Claim, ...]:
        """The first `jobs` of every flow that has some."""
        pools = list(Pool) if pool is None else [pool]
        wishes = {pool: [Wish(entry.flow, jobs) for entry in await self.views.backlog(pool, MANY)] for pool in pools}
        return (await self.queue.settle_and_claim(owner, [], wishes)).claims

    async def claim_one(self, owner: int) -> Claim:
        (claim,) = await self.claim(owner)
        return claim

    async def settle(self, owner: int, *settlements: Settlement) -> tuple[Answer, ...]:
        return (await self.queue.settle_and_claim(owner, settlements, {})).answers

    async def end(self, claim: Claim, outcome: Outcome) -> Answer:
        return (await self.settle(claim.lease.owner, settlement(claim, outcome)))[0]

    async def task(self, task_id: str) -> Task:
        return (await self.views.task(task_id)).task

    async def fan_out(self, owner: int, pages: int = 8, **options: object) -> tuple[Task, tuple[Claim, ...]]:
        """A task whose plan left ranges of two pages behind, all of them claimed."""
        task = await self.submit(**options)
        plan = await self.claim_one(owner)
        await self.settle(owner, settlement(plan, deferred(plan, pages), Pace(model_page_seconds=1.75)))
        return task, await self.claim(owner)

    async def kinds(self, task_id: str) -> list[str]:
        return [event.kind for event in await self.views.events(0, MANY, task_id)]


def new_spec(task_id: str, *, secret_key: str = "", file_name: str = "report.pdf", **options: object) -> TaskSpec:
    return TaskSpec(
        task_id=task_id,
        revision=1,
        options=Options(**options),  # type: ignore[arg-type]
        file_name=file_name,
        media_type="application/pdf",
        input_key=f"{task_id}/input/{file_name}",
        input_bytes=120_000,
        input_sha256="ab" * 32,
        secret_key=secret_key,
    )


def settlement(claim: Claim, outcome: Outcome, pace: Pace = Pace()) -> Settlement:  # noqa: B008 - frozen
    return Settlement(claim.lease, claim.spec, outcome, NO_JITTER, pace)


def document(claim: Claim, pages: int = 1, failed_pages: int = 0) -> DocumentReady:
    return DocumentReady(result_key=claim.output_key, page_count=pages, failed_pages=failed_pages)


def deferred(claim: Claim, pages: int) -> PagesRead:
    """A plan that read nothing itself: every page needs a model."""
    return PagesRead(
        result_key=claim.output_key,
        page_count=pages,
        read_to=pages,
        pages_read=0,
        deferred=tuple(range(1, pages + 1)),
    )


def pages_read(claim: Claim, page_count: int) -> PagesRead:
    """A range that read all its pages."""
    job = claim.job
    return PagesRead(
        result_key=claim.output_key, page_count=page_count, read_to=job.last_page, pages_read=job.page_count
    )


def flows(*tenants: str) -> Sequence[Flow]:
    return [Flow(tenant, Band.NORMAL) for tenant in tenants]


@asynccontextmanager
async def opened(engine: str, folder: Path) -> AsyncIterator[World]:
    """A world on this engine; the store is closed at the end."""
    if engine != "sqlite":
        raise NotImplementedError(engine)
    clock, wakeups = ShiftedClock(), Wakeups()
    store = SqliteStore(folder / "pagemill.db", clock, wakeups)
    await store.open()
    try:
        yield World(store, clock, wakeups)
    finally:
        await store.close()
