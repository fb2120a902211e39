"""The local executor: pools of child processes, and the watchman who kills those that take too much."""

import asyncio
from collections.abc import Callable, Mapping

from pagemill.base.clock import Clock, SystemClock
from pagemill.blobs.port import Blobs
from pagemill.domain.load import PoolRoom
from pagemill.domain.outcome import Outcome
from pagemill.domain.task import Pool
from pagemill.work.executor import Assignment
from pagemill.work.local.errand import Errand
from pagemill.work.local.pool import ChildPool, PoolSettings
from pagemill.work.local.process import setup
from pagemill.work.local.scratch import remove_left_folders

WATCH_SECONDS = 0.15
STANDSTILL_SECONDS = 1.0
"""When the watchman himself comes this much late, the whole service stood still, and all deadlines wait as long."""

ATTEMPT = "pagemill.work.attempt:run_attempt"


class LocalExecutor:
    """Runs attempts in children of this process, as `work.executor.Executor` says.

    `work` is the import path of what a child does with an assignment. Made, started, used and stopped in one event loop; its
    children die with the thread of that loop.
    """

    def __init__(
        self, blobs: Blobs, pools: Mapping[Pool, PoolSettings], *, work: str = ATTEMPT, clock: Clock | None = None
    ) -> None:
        self._blobs = blobs
        self._settings = dict(pools)
        self._work = work
        self._now: Callable[[], float] = (clock or SystemClock()).monotonic_seconds
        self._pools: dict[Pool, ChildPool] = {}
        self._occupied = asyncio.Event()
        self._watchman: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Brings up the children. Raises `ChildNotStarted` if that cannot be done; then none is left."""
        remove_left_folders()
        self._pools = {pool: self._pool(settings) for pool, settings in self._settings.items()}
        self._watchman = asyncio.create_task(self._watch(), name="watchman")
        try:
            await asyncio.gather(*(pool.start() for pool in self._pools.values()))
        except BaseException:
            await self.stop()
            raise

    def _pool(self, settings: PoolSettings) -> ChildPool:
        return ChildPool(settings, setup(self._work, settings.warm_up, self._blobs, settings.niceness))

    async def stop(self) -> None:
        """Kills what still runs, gives it back, and waits until no child is left."""
        await asyncio.gather(*(pool.stop() for pool in self._pools.values()))
        if self._watchman is not None:
            self._watchman.cancel()
            await asyncio.gather(self._watchman, return_exceptions=True)
        self._pools = {}

    async def run(self, assignment: Assignment, began: Callable[[], None]) -> Outcome:
        """What happened in the attempt; cancelling the call kills the child that has it."""
        errand = Errand(assignment, began, self._now)
        self._pools[assignment.claim.job.pool].add(errand)
        self._occupied.set()
        try:
            return await errand.answer
        except asyncio.CancelledError:
            errand.abandon()
            raise

    def room(self) -> Mapping[Pool, PoolRoom]:
        """The slots of each pool right now."""
        return {name: pool.room() for name, pool in self._pools.items()}

    async def _watch(self) -> None:
        last = self._now()
        while True:
            if not self._busy():
                self._occupied.clear()
                await self._occupied.wait()
                last = self._now()
            await asyncio.sleep(WATCH_SECONDS)
            now = self._now()
            self._judge(now, now - last - WATCH_SECONDS)
            last = now

    def _judge(self, now: float, late_seconds: float) -> None:
        for errand in self._busy():
            if late_seconds > STANDSTILL_SECONDS:
                errand.postpone(late_seconds)
            errand.judge(now)

    def _busy(self) -> list[Errand]:
        return [errand for pool in self._pools.values() for errand in pool.busy()]
