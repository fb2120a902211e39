"""Task, job and attempt: the values that the store keeps and every room passes on.

Times are seconds since the epoch (UTC), read from the store's clock. Ids of tasks are prefixed UUIDv7 strings; jobs and nodes
have small integers.
"""

from enum import StrEnum
from typing import Any

import msgspec

from pagemill.domain.errors import Problem
from pagemill.domain.options import Options

TASK_PREFIX = "task_"
FILE_PREFIX = "file_"
"""What the ids of tasks and of uploaded files begin with; a UUIDv7 in hexadecimal follows."""


class TaskState(StrEnum):
    """Where a task stands; the last three are terminal."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def terminal(self) -> bool:
        """Whether nothing follows in this revision."""
        return self in (TaskState.SUCCEEDED, TaskState.FAILED, TaskState.CANCELLED)


class JobState(StrEnum):
    """Where a job stands; the last four are terminal and never change again."""

    READY = "ready"
    DELAYED = "delayed"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
    CANCELLED = "cancelled"
    SPLIT = "split"

    @property
    def terminal(self) -> bool:
        """Whether the row never changes again."""
        return self in (JobState.DONE, JobState.DEAD, JobState.CANCELLED, JobState.SPLIT)


class JobKind(StrEnum):
    """`plan` reads the file and finishes a small one, `pages` does a range, `assemble` makes the document."""

    PLAN = "plan"
    PAGES = "pages"
    ASSEMBLE = "assemble"


class Pool(StrEnum):
    """What a job needs of a worker: only text tools, or the recognition models in memory."""

    TEXT = "text"
    MODEL = "model"


class Band(StrEnum):
    """The lane inside a tenant: the three priorities, and retries."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"
    RETRY = "retry"


class Flow(msgspec.Struct, frozen=True, order=True):
    """The unit of fairness: a tenant's jobs of one band."""

    tenant: str
    band: Band


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One submitted file as the API shows it. Narrow: what is wide and never changes is in `TaskSpec`.

    `open_jobs` counts the jobs of this revision that are not terminal. `pages_total` is 0 until the plan knows.
    `result_key` is the prefix of the newest published result ('' before the first), `arrived_at` when this revision began.
    """

    id: str
    tenant: str
    state: TaskState
    revision: int
    open_jobs: int
    created_at: float
    arrived_at: float
    deadline_at: float
    pages_done: int = 0
    pages_total: int = 0
    result_key: str = ""
    partial: bool = False
    problem: Problem | None = None
    started_at: float | None = None
    finished_at: float | None = None
    expires_at: float | None = None


class TaskSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What a revision of a task was asked to do; written once. `options` never holds the password.

    `secret_key` names the blob with the password, '' without one; that blob is garbage as soon as the task ends.
    """

    task_id: str
    revision: int
    options: Options
    file_name: str
    media_type: str
    input_key: str
    input_bytes: int
    input_sha256: str
    secret_key: str = ""
    metadata: dict[str, Any] = msgspec.field(default_factory=dict)


class NewJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job to insert. `first_page` and `last_page` are 0 for a job about the whole document.

    A carried-over job is inserted as `done` with the `result_key` it had.
    """

    kind: JobKind
    pool: Pool
    band: Band
    rank: float
    cost_seconds: float
    input_hash: str
    first_page: int = 0
    last_page: int = 0
    state: JobState = JobState.READY
    suspect: bool = False
    losses: int = 0
    result_key: str = ""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One leasable piece of a task, as its row says.

    `attempt` only rises and is the fence; `failures` and `losses` are separate budgets. `begun` tells whether a worker has
    started on the current attempt. `suspect`: a worker died over it, so it runs alone. `owner` is the node, while running.
    """

    id: int
    task_id: str
    revision: int
    kind: JobKind
    pool: Pool
    flow: Flow
    rank: float
    cost_seconds: float
    input_hash: str
    state: JobState
    first_page: int = 0
    last_page: int = 0
    run_at: float | None = None
    attempt: int = 0
    failures: int = 0
    losses: int = 0
    suspect: bool = False
    begun: bool = False
    owner: int | None = None
    result_key: str = ""
    problem: Problem | None = None

    @property
    def page_count(self) -> int:
        """Pages in the range, 0 for a job about the whole document."""
        return self.last_page - self.first_page + 1 if self.first_page else 0


class Lease(msgspec.Struct, frozen=True):
    """A node's ownership of one attempt: the three values that fence every write."""

    job_id: int
    attempt: int
    owner: int


class FinishedPart(msgspec.Struct, frozen=True):
    """A finished plan or range whose pages `assemble` reads: the prefix of its result."""

    kind: JobKind
    first_page: int
    last_page: int
    result_key: str


class FailedPart(msgspec.Struct, frozen=True):
    """A range that died, and the code it died of."""

    first_page: int
    last_page: int
    code: str


class Claim(msgspec.Struct, frozen=True):
    """A claimed job with all that its work needs. The parts are filled for `assemble` only."""

    job: Job
    lease: Lease
    spec: TaskSpec
    finished: tuple[FinishedPart, ...] = ()
    failed: tuple[FailedPart, ...] = ()

    @property
    def output_key(self) -> str:
        """The blob prefix that this attempt writes under."""
        return attempt_key(self.job.task_id, self.job.revision, self.job.id, self.job.attempt)


class AttemptEnd(StrEnum):
    """How an attempt ended, as its row says; empty while it runs."""

    DONE = "done"
    FAILED = "failed"
    GIVEN_BACK = "given_back"
    LOST = "lost"
    CANCELLED = "cancelled"


def attempt_key(task_id: str, revision: int, job_id: int, attempt: int) -> str:
    """The blob prefix that only this attempt writes under, ending in a slash."""
    return f"{task_id}/{revision}/{job_id}/{attempt}/"


def submission_key(owner_id: str) -> str:
    """The blob prefix of what came in for a task or file, ending in a slash. Its own prefix holds everything it ever wrote."""
    return f"{owner_id}/input/"
