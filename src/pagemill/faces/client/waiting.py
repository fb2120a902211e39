"""Waiting for tasks: how long to ask for, and which one to look at next. For both kinds of client."""

import math
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

from pagemill.faces.client.errors import Refused, Timeout, Unreachable

POLL_SECONDS = 30
GLANCES = 20
"""Of many tasks, so many are looked at before one of them is waited for."""

PAUSE_SECONDS = 2


class Ending(Protocol):
    """Something that ends."""

    id: str

    @property
    def ended(self) -> bool:
        """Whether it had ended when it was last seen."""
        ...


class Deadline:
    """The end of somebody's patience; None is for ever."""

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._over_at = None if seconds is None else time.monotonic() + seconds

    @property
    def left_seconds(self) -> float | None:
        """How long is left, at least 0; None is for ever."""
        return None if self._over_at is None else max(0.0, self._over_at - time.monotonic())

    def poll_seconds(self, most: int = POLL_SECONDS) -> int:
        """For how long to ask the service to hold its answer back."""
        left = self.left_seconds
        return most if left is None else min(most, math.ceil(left))

    @contextmanager
    def kept(self, task: Ending) -> Iterator[None]:
        """A look at a task. Raises `Timeout` if the time is over then, or during it, whatever the service was doing."""
        try:
            yield
        except (Unreachable, Refused) as problem:
            if self._over_at is None or (isinstance(problem, Refused) and not problem.busy):
                raise
            raise self._timeout(task, f": {problem.message}") from problem
        if not task.ended and self.left_seconds == 0:
            raise self._timeout(task, "")

    def _timeout(self, task: Ending, why: str) -> Timeout:
        return Timeout(f"{task.id} had not ended after {self._seconds:g} s{why}", "It goes on: wait for it again.")


Watched = TypeVar("Watched", bound=Ending)


def looks(tasks: Iterable[Watched]) -> Iterator[tuple[Watched, int]]:
    """The task to look at next, and for how many seconds to wait for its end, until all have ended.

    Goes round so that tasks which end in any order are noticed within a few seconds, however many there are.
    """
    pending = deque(tasks)
    while pending:
        before = len(pending)
        for _ in range(min(GLANCES, before)):
            task = pending.popleft()
            yield task, 0
            if not task.ended:
                pending.append(task)
        if len(pending) == before:
            yield pending[0], PAUSE_SECONDS
            if pending[0].ended:
                pending.popleft()
