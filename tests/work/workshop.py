"""An executor whose children do what `misbehaving.py` says, and ways to see what becomes of them."""

import asyncio
import os
import time
from collections.abc import Callable
from typing import Any

import psutil

from pagemill.domain.outcome import Outcome
from pagemill.domain.task import Pool
from pagemill.work.local.executor import LocalExecutor
from tests.work.claims import assignment, job, spec

PATIENCE_SECONDS = 30.0


class Workshop:
    """An executor with a short way to say what a child should do, and to see its processes."""

    def __init__(self, executor: LocalExecutor) -> None:
        self.executor = executor
        self.began: list[int] = []
        self._jobs = 0

    async def run(self, what: str, *, pool: Pool = Pool.TEXT, suspect: bool = False, **allowance: Any) -> Outcome:
        self._jobs += 1
        number = self._jobs
        wanted = assignment(job(number, pool=pool, suspect=suspect), spec(what), **allowance)
        return await self.executor.run(wanted, lambda: self.began.append(number))

    def start(self, what: str, **details: Any) -> "asyncio.Task[Outcome]":
        return asyncio.create_task(self.run(what, **details))

    def children(self) -> list[psutil.Process]:
        return psutil.Process().children(recursive=True)


async def until(condition: Callable[[], object]) -> None:
    """Waits for something to come true."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        await asyncio.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
