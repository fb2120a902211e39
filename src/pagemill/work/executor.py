"""The port of executors: who runs an attempt, and what it may use up."""

from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec

from pagemill.blobs.port import Blobs
from pagemill.domain.limits import Limits
from pagemill.domain.load import PoolRoom
from pagemill.domain.outcome import Outcome
from pagemill.domain.task import Claim, Pool
from pagemill.pipeline.source import PAGE_COUNT, Progress

__all__ = ["PAGE_COUNT", "Allowance", "Assignment", "Executor", "Progress", "Work"]


class Allowance(msgspec.Struct, frozen=True, kw_only=True):
    """What an attempt may use: seconds a page, seconds in all, bytes of resident memory of its child."""

    page_seconds: float
    job_seconds: float
    memory_bytes: int


class Assignment(msgspec.Struct, frozen=True):
    """One attempt to run: the claim, the bounds of its file and its allowance.

    A suspect job runs in a fresh child of its own, page by page, so that a crash can be pinned on a page.
    """

    claim: Claim
    limits: Limits
    allowance: Allowance


Work = Callable[[Assignment, Blobs, Progress], Outcome]
"""What a worker does with an assignment. Whatever goes wrong with the file is an outcome; raising is the worker's death."""


class Executor(Protocol):
    """Runs attempts in killable workers. The local one is in `work.local`."""

    async def start(self) -> None:
        """Brings up the workers."""
        ...

    async def stop(self) -> None:
        """Kills what still runs and waits until no worker is left."""
        ...

    async def run(self, assignment: Assignment, began: Callable[[], None]) -> Outcome:
        """What happened in the attempt. `began` is called once, when a worker starts on it; before, it waits for a free one.

        Never raises for what a file or worker does. Cancelling the call kills the worker if it had begun.
        """
        ...

    def room(self) -> Mapping[Pool, PoolRoom]:
        """The slots of each pool right now."""
        ...
