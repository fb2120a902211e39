"""What a conformance test stands on: a real store in a temporary folder, a clock that can be shifted, and short words for the
verbs. Speaks the two protocols only, so every engine can be put under it.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

import msgspec

from pagemill.base.clock import SystemClock
from pagemill.domain.cost import Pace
from pagemill.domain.errors import Fault, Problem
from pagemill.domain.fairness import Wish
from pagemill.domain.invariants import AttemptRecord, violations
from pagemill.domain.options import Options
from pagemill.domain.outcome import DocumentReady, Failed, Outcome, PagesRead
from pagemill.domain.task import Band, Claim, Flow, Job, Pool, Task, TaskSpec
from pagemill.store.api_keys import ApiKeys
from pagemill.store.files import Files, NewFile
from pagemill.store.queue import Answer, Beat, BeatAnswer, NewNode, Queue, Settlement, Sighting, Submission
from pagemill.store.sqlite.engine import SqliteStore
from pagemill.store.views import TaskAudit, Views
from pagemill.store.wakeup import Wakeups

ENGINES = ("sqlite",)
MANY = 1_000
HALF_JITTER = 0.5
TWO_PAGES_A_RANGE = Pace(model_page_seconds=1.75)


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
    api_keys: ApiKeys
    files: Files


class World:
    """A store and short words for its verbs."""

    def __init__(self, store: Store, clock: ShiftedClock, wakeups: Wakeups) -> None:
        self.store = store
        self.queue = store.queue
        self.views = store.views
        self.api_keys = store.api_keys
        self.files = store.files
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
        await self.settle(owner, settlement(plan, deferred(plan, pages), TWO_PAGES_A_RANGE))
        return task, await self.claim(owner)

    async def jobs(self, task_id: str) -> tuple[Job, ...]:
        return await self.views.jobs(task_id)

    async def only_job(self, task_id: str) -> Job:
        (job,) = await self.jobs(task_id)
        return job

    async def states(self, task_id: str) -> Counter[str]:
        """How many jobs of the newest revision are in which state."""
        revision = (await self.task(task_id)).revision
        return Counter(job.state.value for job in await self.jobs(task_id) if job.revision == revision)

    async def ends(self, task_id: str) -> list[str | None]:
        """How the attempts at a task's jobs ended, oldest first."""
        return [attempt.end for attempt in await self.views.attempts(task_id)]

    async def garbage(self) -> set[str]:
        return {garbage.prefix for garbage in await self.queue.garbage(MANY)}

    async def beat(self, owner: int, held: Iterable[Claim] = (), begun: Iterable[Claim] = ()) -> BeatAnswer:
        leases = [tuple(claim.lease for claim in claims) for claims in (held, begun)]
        return await self.queue.beat(Beat(owner, *leases, {"cpu": 0.5}))

    async def die(self, owner: int) -> None:
        """The node falls silent until its beat is overdue, and somebody who has watched it says so."""
        (row,) = [row for row in await self.views.nodes() if row.id == owner]
        # After a step back of the clock that takes longer than a beat's life.
        overdue_in = row.alive_until - self.clock.wall_seconds()
        self.clock.shift_seconds += max(11.0, overdue_in + 1.0)
        await self.queue.rescue([Sighting(owner, row.beat)], 0)

    async def violations(self, after: str = "") -> list[str]:
        """What `fsck` would say of the next 500 tasks."""
        return self.broken_rules(await self.views.audit(after, 500))

    @staticmethod
    def broken_rules(audits: Iterable[TaskAudit]) -> list[str]:
        return [
            f"{audit.view.task.id}: {problem}"
            for audit in audits
            for problem in violations(
                audit.view.task,
                audit.view.spec,
                audit.jobs,
                [AttemptRecord(attempt.job_id, attempt.attempt, attempt.end) for attempt in audit.attempts],
                audit.garbage,
            )
        ]

    async def kinds(self, task_id: str) -> list[str]:
        return [event.kind for event in await self.views.events(0, MANY, task_id)]


def new_spec(task_id: str, *, secret_key: str = "", file_name: str = "report.pdf", **options: object) -> TaskSpec:
    return TaskSpec(
        task_id=task_id,
        revision=1,
        options=msgspec.convert(options, Options),
        file_name=file_name,
        media_type="application/pdf",
        input_key=f"{task_id}/input/{file_name}",
        input_bytes=120_000,
        input_sha256="ab" * 32,
        secret_key=secret_key,
    )


def new_file(world: World, file_id: str = "file_1", **more: object) -> NewFile:
    file = NewFile(
        id=file_id,
        tenant="acme",
        file_name="report.pdf",
        media_type="application/pdf",
        blob_key=f"{file_id}/input/file",
        size_bytes=120,
        sha256="ab" * 32,
        begun_at=world.clock.wall_seconds(),
    )
    return msgspec.structs.replace(file, **more)


def settlement(claim: Claim, outcome: Outcome, pace: Pace = Pace()) -> Settlement:  # noqa: B008 - frozen
    return Settlement(claim.lease, claim.spec, outcome, HALF_JITTER, pace)


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


def transient(code: str = "storage_unavailable") -> Failed:
    return Failed(fault=Fault.TRANSIENT, problem=Problem(code, "not now"))


def corrupt(page: int = 0) -> Failed:
    return Failed(fault=Fault.DOCUMENT, problem=Problem("corrupt_file", "broken", page=page))


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
