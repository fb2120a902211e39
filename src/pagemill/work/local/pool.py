"""The children of one pool, and the errands that wait for one: first come, first served, but what was lost before all.

Memory goes back by epochs. A child belongs to the epoch it was started in; when the epoch has grown past its budget, each seat
starts a child of the next epoch beside the old one and changes over between two errands, so that nothing pauses.
"""

import asyncio
from collections import deque

import msgspec
import structlog

from pagemill.domain.load import PoolRoom
from pagemill.domain.outcome import GivenBack
from pagemill.work.local.errand import Errand
from pagemill.work.local.process import Child, ChildNotStarted, spawned
from pagemill.work.local.seat import Seat
from pagemill.work.local.wire import Setup

MEBIBYTE = 1024 * 1024

_log = structlog.get_logger("pagemill.work")


class PoolSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How many children a pool has and what they may hold. Bytes are resident memory.

    A child at rest needs about `resting_bytes`; what it holds beyond that between two errands is growth. All children of an
    epoch may grow by `epoch_growth_bytes` together and one by `child_growth_bytes`. `busy_bytes` is what one more busy child may
    grow to (the allowance of an attempt is what is enforced). `niceness` is added to the service's own; `warm_up` is the import
    path of a function that a child calls before it takes errands, '' for none.
    """

    slots: int
    resting_bytes: int = 200 * MEBIBYTE
    epoch_growth_bytes: int = 1_024 * MEBIBYTE
    child_growth_bytes: int = 512 * MEBIBYTE
    busy_bytes: int = 1_024 * MEBIBYTE
    niceness: int = 0
    warm_up: str = ""


class ChildPool:
    """The seats of one pool and the errands that wait for one."""

    def __init__(self, settings: PoolSettings, setup: Setup) -> None:
        self._settings = settings
        self._setup = setup
        self._waiting: deque[Errand] = deque()
        self._children: set[Child] = set()
        self._seats = tuple(Seat(self) for _ in range(settings.slots))
        self._work: list[asyncio.Task[None]] = []
        self.epoch = 0

    async def start(self) -> None:
        """Fills the seats; waits for that unless the children warm up. Raises `ChildNotStarted`."""
        self._work = [asyncio.create_task(seat.keep(), name="seat") for seat in self._seats]
        if not self._settings.warm_up:
            await asyncio.gather(*(seat.first for seat in self._seats))

    async def stop(self) -> None:
        """Gives back what waits or runs, and kills all children."""
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        for errand in self._waiting:
            errand.give_up(GivenBack(reason="the node is stopping"))
        self._waiting.clear()
        await asyncio.gather(*(self.bury(child) for child in tuple(self._children)))

    def add(self, errand: Errand) -> None:
        """Queues an errand; one that was lost before goes first, so that a dead child's work runs again at once."""
        if errand.alone:
            self._waiting.appendleft(errand)
        else:
            self._waiting.append(errand)
        self.stir()

    def next_errand(self) -> Errand | None:
        """Takes the first errand that somebody still waits for."""
        while self._waiting:
            errand = self._waiting.popleft()
            if not errand.answer.done():
                return errand
        return None

    def stir(self) -> None:
        """Has every seat without an errand look again for what there is to do."""
        for seat in self._seats:
            seat.stirred.set()

    def busy(self) -> list[Errand]:
        """The errands that children have and that are not answered yet."""
        errands = (seat.errand for seat in self._seats)
        return [errand for errand in errands if errand is not None and not errand.answer.done()]

    def room(self) -> PoolRoom:
        """The slots right now; one whose children will not start is not free."""
        waiting = [errand for errand in self._waiting if not errand.answer.done()]
        busy = self.busy()
        free = sum(seat.sound for seat in self._seats if seat.errand not in busy)
        return PoolRoom(
            slots=self._settings.slots,
            free_slots=max(0, free - len(waiting)),
            waiting_seconds=sum(errand.cost_seconds for errand in waiting),
            remaining_seconds=tuple(errand.remaining_seconds for errand in busy),
            slot_bytes=self._settings.busy_bytes,
        )

    async def new_child(self) -> Child:
        """A child that is ready for errands. Raises `ChildNotStarted`."""
        child = spawned()
        self._children.add(child)
        try:
            await child.bring_up(self._setup)
        except ChildNotStarted:
            await self.bury(child)
            raise
        return child

    async def bury(self, child: Child) -> None:
        """Ends a child and waits until nothing is left of it."""
        child.kill()
        await child.buried()
        self._children.discard(child)

    def weigh(self) -> None:
        """Begins the next epoch if the children of this one have grown too much; called between errands."""
        grown = sum(self._growth_bytes(seat.child) for seat in self._seats if seat.child and seat.epoch == self.epoch)
        if grown > self._settings.epoch_growth_bytes:
            self.epoch += 1
            _log.info("the workers of a new epoch take over", epoch=self.epoch, grown_bytes=grown)
            self.stir()

    def overgrown(self, child: Child) -> bool:
        """Whether a child alone has grown too much to be kept."""
        return self._growth_bytes(child) > self._settings.child_growth_bytes

    def _growth_bytes(self, child: Child) -> int:
        return max(0, child.resident_bytes() - self._settings.resting_bytes)
