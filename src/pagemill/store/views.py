"""The port of the reads. A view never blocks a write, takes at most a second, and returns values, never rows."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from pagemill.domain.errors import Problem
from pagemill.domain.fairness import Backlog
from pagemill.domain.tally import EndCount, FailureCount, Span
from pagemill.domain.task import AttemptEnd, Band, Job, JobKind, JobState, Pool, Task, TaskSpec, TaskState
from pagemill.store.files import StoredFile


class TaskView(msgspec.Struct, frozen=True):
    """A task with the specification of its newest revision."""

    task: Task
    spec: TaskSpec


class TaskFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which tasks to list, newest first. `query` is part of a file name; `ids`, if there are any, are the only ones to look at.

    Ids bound the page, from `lowest` on and below `before` ('' for no bound): `before` is where the last page ended, and, since
    ids sort by time, both may stand for a moment.
    """

    tenant: str | None = None
    state: TaskState | None = None
    query: str = ""
    lowest: str = ""
    before: str = ""
    ids: tuple[str, ...] = ()


class TaskPage(msgspec.Struct, frozen=True):
    """Tasks that fit, and the `before` of the next page: '' when there is none. A page may be short, and followed by others."""

    tasks: tuple[TaskView, ...]
    before: str


class AttemptView(msgspec.Struct, frozen=True, kw_only=True):
    """One try at one job, for people: who, when, how it ended, and what is known of a failure."""

    job_id: int
    kind: JobKind
    pool: Pool
    first_page: int
    last_page: int
    revision: int
    attempt: int
    node: int
    started_at: float
    ended_at: float | None
    end: AttemptEnd | None
    problem: Problem | None


class EventKind(StrEnum):
    """What feeds tell of a task. Plain claims and the successes of page jobs are in the attempts instead.

    `data` holds, by kind:

    submitted, started, cancelled, deleted  nothing
    planned         pages_total, jobs (how many the plan left behind)
    attempt_failed  job, kind, attempt, edge (of domain/lifecycle.py), code
    succeeded       partial, pages_done, pages_total
    failed          code, page (0 if none is to blame); a task past its deadline fails as `timed_out`
    rerun           jobs (to do), carried (adopted as done)
    """

    SUBMITTED = "submitted"
    STARTED = "started"
    PLANNED = "planned"
    ATTEMPT_FAILED = "attempt_failed"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    RERUN = "rerun"
    DELETED = "deleted"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to a task, in commit order. Ids only rise; `kind` is one of `EventKind`."""

    id: int
    task_id: str
    tenant: str
    revision: int
    at: float
    kind: str
    data: Mapping[str, Any]


class NodeView(msgspec.Struct, frozen=True, kw_only=True):
    """A node's row: `state` is alive, dead or left; `beat` counts its heartbeats; `draining`: it is to take nothing more."""

    id: int
    boot_id: str
    host: str
    state: str
    beat: int
    alive_until: float
    load: Mapping[str, Any]
    draining: bool


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Live jobs by state and the predicted seconds of the ready ones, each counted up to a bound of 10,000 rows."""

    ready: int
    delayed: int
    running: int
    ready_seconds: float


class LiveJobs(msgspec.Struct, frozen=True):
    """How many jobs of a pool and band are in a live state."""

    state: JobState
    pool: Pool
    band: Band
    jobs: int


class Live(msgspec.Struct, frozen=True, kw_only=True):
    """What is not over, counted among at most 10,000 rows of each kind. `oldest_arrived_at` is of the queued tasks."""

    jobs: tuple[LiveJobs, ...]
    queued: int
    running: int
    oldest_arrived_at: float | None


class TaskAudit(msgspec.Struct, frozen=True):
    """Everything about one task that `fsck` checks against itself, read in one snapshot."""

    view: TaskView
    jobs: tuple[Job, ...]
    attempts: tuple[AttemptView, ...]
    garbage: tuple[str, ...]


class Dangling(msgspec.Struct, frozen=True):
    """Rows of a table that point to nothing: how many, and what it is that they lack."""

    table: str
    lacks: str
    rows: int


class Views(Protocol):
    """The reads. All raise `TransientError` when the database cannot be reached."""

    async def now(self) -> float:
        """The store's clock, epoch seconds."""
        ...

    async def task(self, task_id: str) -> TaskView:
        """One task. Raises `TaskNotFound`."""
        ...

    async def tasks(self, which: TaskFilter, limit: int) -> TaskPage:
        """A page of at most `limit` tasks, newest first. It is short if many tasks had to be looked at to find so few."""
        ...

    async def jobs(self, task_id: str) -> tuple[Job, ...]:
        """All jobs of all revisions of a task, oldest first."""
        ...

    async def attempts(self, task_id: str) -> tuple[AttemptView, ...]:
        """All attempts at a task's jobs, oldest first."""
        ...

    async def events(self, after: int, limit: int, task_id: str = "") -> tuple[Event, ...]:
        """Events with a higher id than `after`, of one task or of all; none is ever skipped."""
        ...

    async def backlog(self, pool: Pool, limit: int) -> tuple[Backlog, ...]:
        """At most `limit` flows that have ready jobs of this pool, each with a bounded count."""
        ...

    async def counts(self) -> Counts:
        """Live jobs, from partial indexes with a limit."""
        ...

    async def live(self, tenant: str | None) -> Live:
        """What waits and runs, of a tenant or of all."""
        ...

    async def ends(self, tenant: str | None, since: Span) -> tuple[EndCount, ...]:
        """How tasks ended since then, of a tenant or of all."""
        ...

    async def failures(self, tenant: str | None, since: Span) -> tuple[FailureCount, ...]:
        """The same of those that failed; each code may come up to 5 times, each time with another example."""
        ...

    async def tasks_by_id(self, task_ids: Sequence[str]) -> tuple[TaskView, ...]:
        """Those of these tasks that are still there."""

    async def live_jobs(self, tenant: str, bound: int) -> int:
        """How many jobs of a tenant wait or run, if fewer than `bound`; else some number from `bound` on."""
        ...

    async def nodes(self) -> tuple[NodeView, ...]:
        """All nodes, newest first."""
        ...

    async def audit(self, after: str, limit: int) -> tuple[TaskAudit, ...]:
        """The next tasks by id, for `fsck`, in chunks of at most 500."""
        ...

    async def dangling(self) -> tuple[Dangling, ...]:
        """Rows that point to nothing, by table, for `fsck`. Reads every row."""
        ...

    async def audit_files(self, after: str, limit: int) -> tuple[StoredFile, ...]:
        """The next files by id, expired ones too, for `fsck`, in chunks of at most 500."""
        ...
