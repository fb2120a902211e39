"""A node's life: it joins, beats, turns the wheel, rescues, prunes, and leaves."""

import asyncio
import secrets
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog

from pagemill.base.clock import Clock
from pagemill.dispatch.dispatcher import Dispatcher
from pagemill.dispatch.machine import Machine
from pagemill.dispatch.pruner import Pruner
from pagemill.dispatch.rescuer import Rescuer
from pagemill.dispatch.sweeper import Sweeper
from pagemill.domain.errors import PagemillError
from pagemill.domain.load import NodeLoad
from pagemill.store.queue import Beat, NewNode, Queue
from pagemill.store.wakeup import Wakeups

BEAT_SECONDS = 3.0
POLL_SECONDS = 1.0
RESCUE_SECONDS = 2.0
PRUNE_SECONDS = 2.0
SWEEP_SECONDS = 86_400.0

log = structlog.get_logger("pagemill.node")


class Node:
    """One machine's agent. The loop that supervises the work also beats, so a node that beats is a node that works."""

    def __init__(
        self,
        queue: Queue,
        dispatcher: Dispatcher,
        rescuer: Rescuer,
        pruner: Pruner,
        sweeper: Sweeper,
        wakeups: Wakeups,
        clock: Clock,
        *,
        sole: bool,
    ) -> None:
        self._queue = queue
        self._dispatcher = dispatcher
        self._rescuer = rescuer
        self._pruner = pruner
        self._sweeper = sweeper
        self._bell = wakeups.work
        self._revoked = wakeups.revoked
        self._revoked_heard = 0
        self._clock = clock
        self._sole = sole
        self._machine = Machine()
        self._load = NodeLoad(memory_available_bytes=0)
        self._next_beat_seconds = 0.0
        self._owner = 0
        self._draining = False
        self._leaving = False
        self._stopping = False
        self._loops: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Joins, takes back what dead nodes left behind, and begins to work."""
        await self._join()
        await self._rescuer.pass_once(self._clock.monotonic_seconds())
        self._loops = [
            asyncio.create_task(self._every(0.0, self._work), name="wheel"),
            asyncio.create_task(self._every(RESCUE_SECONDS, self._rescue), name="rescuer"),
            asyncio.create_task(self._every(PRUNE_SECONDS, self._pruner.pass_once), name="pruner"),
            asyncio.create_task(self._every(SWEEP_SECONDS, self._sweeper.pass_once), name="sweeper"),
        ]

    async def stop(self, drain_seconds: float) -> None:
        """Claims nothing more, lets running work finish for `drain_seconds`, gives back the rest and leaves."""
        self._leaving = True
        self._dispatcher.claiming = False
        deadline = self._clock.monotonic_seconds() + drain_seconds
        while not self._dispatcher.idle and self._clock.monotonic_seconds() < deadline:
            heard = self._bell.rings
            await self._bell.wait(heard, min(0.1, POLL_SECONDS))
        self._stopping = True
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        with suppress(PagemillError):
            await self._dispatcher.give_back(self._owner)
            await self._queue.leave(self._owner)
            # A password must not stay on disk because its task ended a moment before the service.
            await self._pruner.pass_once()

    async def _join(self) -> None:
        node = NewNode(secrets.token_hex(16), socket.gethostname(), self._sole, self._draining)
        self._owner = await self._queue.join(node)
        self._load = self._machine.sample()
        log.info("joined", node=self._owner)

    async def _every(self, seconds: float, step: Callable[[], Awaitable[object]]) -> None:
        """Runs `step` for ever. An error is logged, never fatal: a loop that dies silently is how tasks get stuck."""
        while not self._stopping:
            try:
                await step()
                await asyncio.sleep(seconds)
            except PagemillError as problem:
                log.warning("the store or storage cannot be used, trying again", code=problem.code, what=str(problem))
                self._rescuer.lost_sight()
                await asyncio.sleep(POLL_SECONDS)
            except Exception:
                log.exception("a loop failed, going on")
                await asyncio.sleep(POLL_SECONDS)

    async def _work(self) -> None:
        heard = self._bell.rings
        revoked = self._revoked.rings != self._revoked_heard
        if revoked or self._clock.monotonic_seconds() >= self._next_beat_seconds:
            await self._beat()
        await self._dispatcher.turn(self._owner, self._load)
        left = self._next_beat_seconds - self._clock.monotonic_seconds()
        await self._bell.wait(heard, min(max(left, 0.0), POLL_SECONDS))

    async def _beat(self) -> None:
        self._load = self._machine.sample()
        self._revoked_heard = self._revoked.rings
        held = tuple(self._dispatcher.held)
        begun = tuple(lease for lease, holding in self._dispatcher.held.items() if holding.begun)
        answer = await self._queue.beat(Beat(self._owner, held, begun, self._report()))
        self._next_beat_seconds = self._clock.monotonic_seconds() + BEAT_SECONDS
        if not answer.alive:
            log.warning("this node was declared dead; dropping its work and joining anew", node=self._owner)
            self._dispatcher.drop_everything()
            await self._join()
        else:
            self._dispatcher.drop(answer.gone)
            self._drain(answer.draining)

    def _drain(self, draining: bool) -> None:
        if draining != self._draining:
            log.info("told to take nothing more" if draining else "told to take work again", node=self._owner)
            # What was reported before is no longer so: the next turn beats again.
            self._next_beat_seconds = 0.0
        self._draining = draining
        self._dispatcher.claiming = not (draining or self._leaving)

    def _report(self) -> dict[str, Any]:
        return {
            "memory_available_bytes": self._load.memory_available_bytes,
            "foreign_cpu": round(self._load.foreign_cpu, 3),
            "held": len(self._dispatcher.held),
            "refused": self._dispatcher.refused,
            "claiming": self._dispatcher.claiming,
            "pools": self._dispatcher.rooms(),
        }

    async def _rescue(self) -> None:
        rescued = await self._rescuer.pass_once(self._clock.monotonic_seconds())
        if rescued:
            log.warning("work of dead nodes was taken back", jobs=rescued)
            self._bell.ring()
