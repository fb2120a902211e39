"""The port of the writes: what every engine promises, verb by verb.

Every verb is one transaction (or several bounded ones), takes batches, answers after the commit is on disk, and can be repeated:
an answer that got lost is asked again and says the same. An engine applies what `domain` decides and decides nothing itself.
All verbs raise `TransientError` when the database cannot be reached and `StoreFull` when it has no room; then nothing changed.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from pagemill.domain.cost import Pace
from pagemill.domain.errors import Problem
from pagemill.domain.fairness import Wish
from pagemill.domain.outcome import Outcome
from pagemill.domain.task import Claim, Lease, Pool, Task, TaskSpec, TaskState

NODE_LIFE_SECONDS = 10.0
"""A beat is overdue after this time by the store's clock."""


class NewNode(msgspec.Struct, frozen=True):
    """A node that starts: a random `boot_id`. `sole`: it owns the data folder, so every other node is known to be dead.

    `draining`: it was told to take nothing more before it had to join anew.
    """

    boot_id: str
    host: str
    sole: bool
    draining: bool = False


class Repeat(msgspec.Struct, frozen=True):
    """How a repeated request is known: the idempotency key that its sender gave, and a digest of what it asked for."""

    key: str
    fingerprint: str


class Submission(msgspec.Struct, frozen=True):
    """A task to accept. Its input blob is already durable; `begun_at` is when the upload began (epoch seconds).

    That is also when the task counts as created, because it is the time in its id.
    """

    tenant: str
    spec: TaskSpec
    begun_at: float
    repeat: Repeat | None = None


class Settlement(msgspec.Struct, frozen=True):
    """What happened to a leased attempt. `jitter` is a random number from [0, 1), `pace` the node's learnt one."""

    lease: Lease
    spec: TaskSpec
    outcome: Outcome
    jitter: float
    pace: Pace


class Answer(StrEnum):
    """What became of a settlement: written now, written before (a repeated call), or refused by the fence."""

    SETTLED = "settled"
    REPEATED = "repeated"
    REFUSED = "refused"


class Turn(msgspec.Struct, frozen=True):
    """One turn of the wheel: an answer for each settlement, in order, and the jobs that are now the node's."""

    answers: tuple[Answer, ...]
    claims: tuple[Claim, ...]


class Beat(msgspec.Struct, frozen=True):
    """What a node says of itself: the leases it holds, which of them a worker has begun, and its load as JSON-able values."""

    owner: int
    held: tuple[Lease, ...]
    begun: tuple[Lease, ...]
    load: Mapping[str, Any]


class BeatAnswer(msgspec.Struct, frozen=True):
    """Whether the node is alive by its row, whether it is to take nothing more, and which of its leases are no longer its own.

    Jobs that the database believes it holds and it did not name went back, uncounted; due delayed jobs became ready.
    """

    alive: bool
    gone: tuple[Lease, ...]
    promoted: int
    draining: bool = False


class Sighting(msgspec.Struct, frozen=True):
    """A node whose beat count the caller has seen unchanged for 8 s on its own monotonic clock."""

    owner: int
    beat: int


class Garbage(msgspec.Struct, frozen=True):
    """A blob prefix that nobody can publish any more. `last_pass`: collected before; after this time its row is dropped."""

    prefix: str
    last_pass: bool


class Mending(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a task whose rows, events and blobs disagree.

    `result_lost`: parts of its published result are gone. `lost_readings`: the results of jobs whose reading is gone.
    `history_broken`: its events contradict its rows. `problem`: it cannot be run again, and fails with this.
    """

    task_id: str
    result_lost: bool = False
    lost_readings: frozenset[str] = frozenset()
    history_broken: bool = False
    problem: Problem | None = None


class Queue(Protocol):
    """The writes. `limit`s bound a transaction; a verb that says so in its answer wants to be called again."""

    async def join(self, node: NewNode) -> int:
        """Writes the node's row and returns its number, the `owner` of its leases."""
        ...

    async def leave(self, owner: int) -> None:
        """Gives back, uncounted, whatever the node still holds, and ends its row."""
        ...

    async def drain(self, owner: int, draining: bool) -> bool:
        """Lets a node claim nothing from now on, or claim again; it learns of it with its next beat.

        Returns False if no such node is alive.
        """
        ...

    async def submit(self, submissions: Sequence[Submission]) -> tuple[Task, ...]:
        """Accepts tasks: after this returns each has its row and its plan job, on disk.

        A task id that is known returns its task unchanged; so does an idempotency key that its tenant has used for the same
        request within a day, and that task has another id. Raises `RequestError` for an upload begun over 24 h ago, and
        (`idempotency_conflict`) for a key that was used for something else, or for a task that is deleted.
        """
        ...

    async def settle_and_claim(
        self, owner: int, settlements: Sequence[Settlement], wishes: Mapping[Pool, Sequence[Wish]]
    ) -> Turn:
        """Ends attempts and leases new ones, in one transaction; either part may be empty.

        A node that is not alive by its row, or draining, gets no claims. A refused settlement changed nothing.
        """
        ...

    async def beat(self, beat: Beat) -> BeatAnswer:
        """Renews the node's life, reconciles what it holds and promotes at most 200 due jobs."""
        ...

    async def rescue(self, silent: Sequence[Sighting], limit: int) -> int:
        """Declares the silent nodes dead whose beat is overdue by the store's clock too, then takes back at most `limit`
        running jobs whose owner is not an alive node; returns how many. Call again until it is 0.
        """
        ...

    async def cancel(self, task_ids: Sequence[str]) -> tuple[str, ...]:
        """Cancels the tasks that are not over, with all their jobs; returns the ids it changed."""
        ...

    async def rerun(self, spec: TaskSpec, new_options: bool, pace: Pace) -> Task:
        """Begins a new revision of `spec.task_id`, as `domain.revision` says; `spec.revision` is ignored and replaced.

        Returns the task unchanged if running it again would change nothing. Raises `TaskNotFound`.
        """
        ...

    async def retry(self, task_ids: Sequence[str], pace: Pace) -> tuple[str, ...]:
        """Begins a new revision, without new options, of each that has something to do again; returns their ids."""
        ...

    async def delete(self, task_ids: Sequence[str], state: TaskState | None = None) -> tuple[str, ...]:
        """Removes tasks in any state with all their rows (live jobs are cancelled first); their blobs become garbage.

        With `state`, only those that are in it at that moment. Returns the ids that were removed.
        """
        ...

    async def prune(self, limit: int) -> int:
        """Fails tasks past their deadline (`timed_out`), deletes expired tasks and files and old rows (nodes, events,
        idempotency keys), each at most `limit`; returns how many rows it touched. Call again until it is 0.
        """
        ...

    async def garbage(self, limit: int) -> tuple[Garbage, ...]:
        """Prefixes to delete now: those never collected, and those collected over a day ago."""
        ...

    async def collected(self, prefixes: Sequence[str]) -> None:
        """Notes that these prefixes were deleted; the second time drops them."""
        ...

    async def mend(self, mending: Mending, pace: Pace) -> Task:
        """Makes a task's rows agree again: jobs that contradict themselves go, a lost result is no longer published.

        A task that was queued, running or succeeded begins anew as `rerun` does; one that had failed or was cancelled stays
        so; with a `problem` it fails. Raises `TaskNotFound`. Only for a store that no node works on.
        """
        ...

    async def untangle(self) -> int:
        """Deletes rows whose task or job is gone, and points a task whose specification is gone to its newest one.

        Returns how many rows that were. A task without any specification stays, for a person to look at.
        """
        ...
