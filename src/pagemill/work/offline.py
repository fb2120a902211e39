"""One file's whole journey without a store: the same decisions, the same killable children, and a ledger in memory."""

import asyncio
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from pagemill.base.clock import Clock, SystemClock
from pagemill.blobs.keys import input_key
from pagemill.blobs.port import Blobs
from pagemill.domain.cost import Pace
from pagemill.domain.errors import CATALOGUE, Problem
from pagemill.domain.limits import Limits
from pagemill.domain.options import Options
from pagemill.domain.outcome import GivenBack, Outcome
from pagemill.domain.task import Claim, Job, Task, TaskSpec, TaskState
from pagemill.work.executor import Allowance, Assignment, Executor
from pagemill.work.ledger import Ledger

MOST_GIVEN_BACK = 3
"""A service waits for its storage as long as it takes; somebody in front of a terminal is told."""


class AdoptingBlobs(Blobs, Protocol):
    """Blobs on this machine that can show a user's own file without a copy."""

    def adopt(self, key: str, file: Path) -> None:
        """Shows `file` under `key`."""
        ...


class OfflineFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the user's, its kind, and what is wanted of it. `options` may hold the password."""

    path: Path
    media_type: str
    options: Options = Options()


class OfflineResult(msgspec.Struct, frozen=True, kw_only=True):
    """How the journey ended: the blob prefix of the result, or the problem. All its blobs lie under the task's id.

    `pages` were wanted, `pages_done` of them are in the result; `seconds` from start to end.
    """

    task_id: str
    state: TaskState
    pages: int
    pages_done: int
    seconds: float
    result_key: str = ""
    partial: bool = False
    problem: Problem | None = None


class Workplace(msgspec.Struct, frozen=True, kw_only=True):
    """Where files are processed: an executor that is started, the blobs it works on, and what a job may use.

    The executor needs a slot in every pool that the options may ask for.
    """

    executor: Executor
    blobs: AdoptingBlobs
    allowance: Callable[[Job], Allowance]
    limits: Limits = Limits()
    clock: Clock = msgspec.field(default_factory=SystemClock)


OnProgress = Callable[[int, int], None]
"""Called whenever a job has ended: pages done, and pages in all (0 until the plan knows)."""


async def process(file: OfflineFile, place: Workplace, on_progress: OnProgress | None = None) -> OfflineResult:
    """Takes the file to its end. Cancelling the call kills what runs of it. Several files may go at the same time.

    Raises `OSError` if the file is not there and `PagemillError` if the blobs cannot take it.
    """
    journey = Journey(file, place, on_progress)
    try:
        async with asyncio.timeout(file.options.deadline_seconds):
            await journey.run()
    except TimeoutError:
        journey.fail(_problem("timed_out"))
    finally:
        await journey.stop()
    task = journey.task
    return OfflineResult(
        task_id=task.id,
        state=task.state,
        pages=task.pages_total,
        pages_done=task.pages_done,
        seconds=journey.elapsed_seconds,
        result_key=task.result_key,
        partial=task.partial,
        problem=task.problem,
    )


def _adopted(file: OfflineFile, place: Workplace) -> TaskSpec:
    task_id = f"task_{secrets.token_hex(16)}"
    key = input_key(task_id)
    place.blobs.adopt(key, file.path)
    return TaskSpec(
        task_id=task_id,
        revision=1,
        options=file.options,
        file_name=file.path.name,
        media_type=file.media_type,
        input_key=key,
        input_bytes=file.path.stat().st_size,
        input_sha256="",
    )


def _problem(code: str, message: str = "") -> Problem:
    entry = CATALOGUE[code]
    return Problem(code, message or entry.title, entry.hint)


class Journey:
    """One file's ledger and the attempts that are under way."""

    def __init__(self, file: OfflineFile, place: Workplace, on_progress: OnProgress | None) -> None:
        self._place = place
        self._began_at = place.clock.wall_seconds()
        self._monotonic_start = place.clock.monotonic_seconds()
        self._ledger = Ledger(_adopted(file, place), self._began_at, Pace())
        self._on_progress = on_progress
        self._running: dict[asyncio.Task[Outcome], Claim] = {}
        self._given_back = 0

    @property
    def task(self) -> Task:
        """The task as it stands."""
        return self._ledger.task

    @property
    def elapsed_seconds(self) -> float:
        """Time since the start."""
        return self._place.clock.monotonic_seconds() - self._monotonic_start

    def fail(self, problem: Problem) -> None:
        """Ends the task for a reason that is none of its jobs'."""
        self._ledger.fail(problem, self._now())

    async def run(self) -> None:
        """Runs whatever is due until the task is over."""
        while not self.task.state.terminal:
            for claim in self._ledger.claim_due(self._now()):
                self._running[asyncio.create_task(self._attempt(claim))] = claim
            for attempt in await self._ended():
                self._settle(self._running.pop(attempt), attempt.result())

    async def stop(self) -> None:
        """Kills what still runs."""
        for attempt in self._running:
            attempt.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _attempt(self, claim: Claim) -> Outcome:
        assignment = Assignment(claim, self._place.limits, self._place.allowance(claim.job))
        return await self._place.executor.run(assignment, lambda: None)

    async def _ended(self) -> "set[asyncio.Task[Outcome]]":
        """The attempts that have ended, once there is one or a delayed job is due."""
        due_at = self._ledger.next_due_at()
        wait_seconds = None if due_at is None else max(0.0, due_at - self._now())
        if not self._running:
            await asyncio.sleep(wait_seconds or 0.0)
            return set()
        done, _ = await asyncio.wait(self._running, timeout=wait_seconds, return_when=asyncio.FIRST_COMPLETED)
        return done

    def _settle(self, claim: Claim, outcome: Outcome) -> None:
        self._ledger.settle(claim, outcome, self._now())
        if isinstance(outcome, GivenBack):
            self._count_given_back(outcome)
        if self._on_progress is not None:
            self._on_progress(self.task.pages_done, self.task.pages_total)

    def _count_given_back(self, outcome: GivenBack) -> None:
        self._given_back += 1
        if self._given_back == MOST_GIVEN_BACK:
            self.fail(_problem("storage_unavailable", outcome.reason))

    def _now(self) -> float:
        return self._began_at + self.elapsed_seconds
