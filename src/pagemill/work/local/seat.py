"""One slot of a pool: it always has a child, and gives it one errand after the other."""

import asyncio
from typing import Protocol

import structlog

from pagemill.domain.outcome import GivenBack
from pagemill.work.local.errand import Errand
from pagemill.work.local.process import Child, ChildNotStarted

FIRST_RESTART_SECONDS = 0.1
LONGEST_RESTART_SECONDS = 10.0
NO_CHILD_SECONDS = 5.0

_log = structlog.get_logger("pagemill.work")


class Errands(Protocol):
    """Where a seat gets its children and errands from."""

    epoch: int

    async def new_child(self) -> Child:
        """A child that is ready for errands. Raises `ChildNotStarted`."""
        ...

    async def bury(self, child: Child) -> None:
        """Ends a child and waits until nothing is left of it."""
        ...

    def next_errand(self) -> Errand | None:
        """The next errand, if one waits."""
        ...

    def overgrown(self, child: Child) -> bool:
        """Whether a child holds too much memory to be kept."""
        ...

    def weigh(self) -> None:
        """An errand is done: looks at the memory of all children."""
        ...


class Seat:
    """The child of a slot, the errand it has, and the child that follows when this one is to be relieved.

    `first` is done when the first child is ready, or raises why it is not. `sound` is False while children fail to start.
    """

    def __init__(self, pool: Errands) -> None:
        self._pool = pool
        self._successor: asyncio.Task[Child] | None = None
        self._successor_epoch = 0
        self.child: Child | None = None
        self.epoch = 0
        self.errand: Errand | None = None
        self.sound = True
        self.stirred = asyncio.Event()
        self.first: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def keep(self) -> None:
        """Keeps the seat occupied and at work until cancelled; the pool buries its children."""
        try:
            while True:
                try:
                    await self._turn()
                except Exception:  # noqa: BLE001  a slot must not be lost to a mistake of ours
                    _log.exception("a seat stumbled, and goes on")
                    await asyncio.sleep(FIRST_RESTART_SECONDS)
        finally:
            self.first.cancel()
            if self._successor is not None:
                self._successor.cancel()

    async def _turn(self) -> None:
        await self._occupy()
        self._relieve_if_grown()
        errand = self._pool.next_errand()
        if errand is None:
            self.stirred.clear()
            await self.stirred.wait()
        else:
            await self._serve(errand)

    async def _occupy(self) -> None:
        """Sees to it that a living child is there: the successor as soon as it is ready, the old one for as long as it lives."""
        if self.child is not None and self.child.gone:
            await self._dismiss()
        if self.child is None:
            await self._change_over(self._successor or self._begin_successor())
        elif self._successor is not None and self._successor.done():
            await self._dismiss()
            await self._change_over(self._successor)

    async def _change_over(self, successor: asyncio.Task[Child]) -> None:
        self.child = await successor
        self.child.listen = self._stir
        self.epoch = self._successor_epoch
        self._successor = None

    async def _dismiss(self) -> None:
        child, self.child = self.child, None
        if child is not None:
            await self._pool.bury(child)

    def _relieve_if_grown(self) -> None:
        if self.child is None or self._successor is not None:
            return
        if self.epoch < self._pool.epoch or self._pool.overgrown(self.child):
            self._begin_successor()

    def _begin_successor(self) -> asyncio.Task[Child]:
        self._successor_epoch = self._pool.epoch
        self._successor = asyncio.create_task(self._new_child(), name="successor")
        self._successor.add_done_callback(self._stir)
        return self._successor

    def _stir(self, _: object) -> None:
        self.stirred.set()

    async def _new_child(self) -> Child:
        """A child, however often it takes; the waits between tries double from 0.1 s to 10 s."""
        pause_seconds = FIRST_RESTART_SECONDS
        while True:
            try:
                child = await self._pool.new_child()
            except (ChildNotStarted, OSError) as problem:
                self._note_failure(problem)
                await asyncio.sleep(pause_seconds)
                pause_seconds = min(2 * pause_seconds, LONGEST_RESTART_SECONDS)
            else:
                self._note_success()
                return child

    def _note_failure(self, problem: Exception) -> None:
        _log.error("a worker process could not be started", problem=str(problem))
        self.sound = False
        if not self.first.done():
            self.first.set_exception(problem)
            self.first.exception()  # a pool that warms up does not wait for it, and then it is no news

    def _note_success(self) -> None:
        self.sound = True
        if not self.first.done():
            self.first.set_result(None)

    async def _serve(self, errand: Errand) -> None:
        self.errand = errand
        try:
            if errand.alone:
                await self._serve_alone(errand)
            elif self.child is not None:
                await errand.run_in(self.child)
                self.child.listen = self._stir
        finally:
            errand.give_up(GivenBack(reason="the node is stopping"))
            self.errand = None
        self._pool.weigh()

    async def _serve_alone(self, errand: Errand) -> None:
        """In a fresh child that does nothing else, so that whatever kills it can only be the file."""
        try:
            child = await self._pool.new_child()
        except (ChildNotStarted, OSError) as problem:
            errand.give_up(GivenBack(reason=f"no worker could be started: {problem}", delay_seconds=NO_CHILD_SECONDS))
            return
        try:
            if not errand.answer.done():
                await errand.run_in(child)
        finally:
            await self._pool.bury(child)
