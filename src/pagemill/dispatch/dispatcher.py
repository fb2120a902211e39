"""The wheel: what is finished is settled, what there is room for is claimed, what is claimed is run."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from pagemill.dispatch.settle import Outbox, learnt, settlement
from pagemill.domain.cost import Pace
from pagemill.domain.fairness import Fairness, Wish, taking_back, wishes
from pagemill.domain.limits import Limits
from pagemill.domain.load import OUT_OF_MEMORY, Demand, NodeLoad, demand
from pagemill.domain.outcome import GivenBack, Lost, Outcome
from pagemill.domain.task import Claim, Flow, Job, Lease, Pool
from pagemill.store.queue import Answer, Queue, Settlement
from pagemill.store.views import Views
from pagemill.store.wakeup import Doorbell
from pagemill.work.executor import Allowance, Assignment, Executor

MOST_SETTLEMENTS = 500
MOST_CLAIMS = 200
MOST_FLOWS = 256
SUSPECT_SHARE = 2

Wishes = Mapping[Pool, Sequence[Wish]]


class WorkSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What jobs may use on this node: seconds a page and a job, bytes of a child by pool; and how tenants weigh."""

    page_seconds: float = 60.0
    job_seconds: float = 900.0
    memory_bytes: Mapping[Pool, int]
    limits: Limits = Limits()
    tenant_weights: Mapping[str, float] = msgspec.field(default_factory=dict)

    def allowance(self, job: Job) -> Allowance:
        """What an attempt at `job` may use; a suspect gets twice the share, because it runs alone."""
        share = SUSPECT_SHARE if job.suspect else 1
        return Allowance(
            page_seconds=self.page_seconds * share,
            job_seconds=self.job_seconds * share,
            memory_bytes=self.memory_bytes[job.pool] * share,
        )


class Holding:
    """A lease this node holds: its claim, the running attempt, and whether a worker has begun on it."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.begun = False
        self.attempt: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """A worker has started."""
        self.begun = True

    def stop(self) -> None:
        """Kills the attempt."""
        if self.attempt is not None:
            self.attempt.cancel()


class Dispatcher:
    """Claims by load, runs, settles. Its turns never overlap, and beats run between them, so what it holds is always known."""

    def __init__(self, queue: Queue, views: Views, executor: Executor, bell: Doorbell, settings: WorkSettings) -> None:
        self._queue = queue
        self._views = views
        self._executor = executor
        self._bell = bell
        self._settings = settings
        self._fairness = Fairness()
        self._outbox = Outbox()
        self._held: dict[Lease, Holding] = {}
        self.pace = Pace()
        self.claiming = True
        self.refused = 0
        self._reasons: dict[Pool, str] = {}

    @property
    def held(self) -> Mapping[Lease, Holding]:
        """Every lease that is not settled yet."""
        return self._held

    @property
    def idle(self) -> bool:
        """Whether nothing runs and nothing waits to be settled."""
        return not self._held and not self._outbox

    def rooms(self) -> dict[str, dict[str, Any]]:
        """The slots of each pool, and why it was not asked for in the last turn, '' if it was."""
        return {
            pool.value: {"slots": room.slots, "free_slots": room.free_slots, "reason": self._reasons.get(pool, "")}
            for pool, room in self._executor.room().items()
        }

    async def turn(self, owner: int, load: NodeLoad) -> None:
        """Settles what is finished and claims what there is room for, in one transaction.

        Raises what the store raises; then every settlement is kept for the next turn.
        """
        settlements = self._outbox.take(MOST_SETTLEMENTS)
        try:
            wanted = await self._wanted(load, settlements) if self.claiming else {}
            await self._settle_and_claim(owner, settlements, wanted)
        except BaseException:
            self._outbox.put_back(settlements)
            raise

    async def _settle_and_claim(self, owner: int, settlements: Sequence[Settlement], wanted: Wishes) -> None:
        if not settlements and not any(wanted.values()):
            return
        turn = await self._queue.settle_and_claim(owner, settlements, wanted)
        for settled, answer in zip(settlements, turn.answers, strict=True):
            self._held.pop(settled.lease, None)
            self.refused += answer is Answer.REFUSED
        self._charge(turn.claims)
        for claim in turn.claims:
            self._start(claim)

    def _charge(self, claims: Sequence[Claim]) -> None:
        served = [(claim.job.flow, claim.job.cost_seconds) for claim in claims]
        self._fairness = self._fairness.charged_for(served, self._settings.tenant_weights).forgetting_idle()

    async def _wanted(self, load: NodeLoad, settlements: Sequence[Settlement]) -> Wishes:
        wanted = {}
        for pool, room in self._executor.room().items():
            ask = demand(room, load, MOST_CLAIMS)
            self._reasons[pool] = ask.reason
            if ask.reason != OUT_OF_MEMORY:
                wanted[pool] = taking_back(await self._fair_share(pool, ask), self._lost_flows(pool, settlements))
        return wanted

    async def _fair_share(self, pool: Pool, ask: Demand) -> tuple[Wish, ...]:
        if ask.seconds <= 0:
            return ()
        backlog = await self._views.backlog(pool, MOST_FLOWS)
        return wishes(self._fairness, backlog, ask.seconds, ask.jobs, self._settings.tenant_weights)

    def _lost_flows(self, pool: Pool, settlements: Sequence[Settlement]) -> list[Flow]:
        leases = (settlement.lease for settlement in settlements if isinstance(settlement.outcome, Lost))
        jobs = (self._held[lease].claim.job for lease in leases if lease in self._held)
        return [job.flow for job in jobs if job.pool is pool]

    def _start(self, claim: Claim) -> None:
        holding = Holding(claim)
        self._held[claim.lease] = holding
        holding.attempt = asyncio.create_task(self._run(holding), name=f"job {claim.job.id}")

    async def _run(self, holding: Holding) -> None:
        claim = holding.claim
        assignment = Assignment(claim, self._settings.limits, self._settings.allowance(claim.job))
        try:
            outcome: Outcome = await self._executor.run(assignment, holding.begin)
        except asyncio.CancelledError:
            outcome = GivenBack(reason="the node is stopping")
        self.pace = learnt(self.pace, claim, outcome)
        if claim.lease in self._held:
            self._outbox.add(settlement(claim, outcome, random.random(), self.pace))
        self._bell.ring()

    def drop(self, leases: tuple[Lease, ...]) -> None:
        """Kills the work of leases that are no longer ours; nothing of it is settled."""
        for lease in leases:
            holding = self._held.pop(lease, None)
            if holding is not None:
                holding.stop()

    def drop_everything(self) -> None:
        """Kills all work and forgets it: the store says this node is dead."""
        self.drop(tuple(self._held))
        self._outbox.clear()

    async def give_back(self, owner: int) -> None:
        """Kills what runs and settles it as given back, so that nothing of it counts."""
        self.claiming = False
        attempts = [holding.attempt for holding in self._held.values() if holding.attempt is not None]
        for holding in self._held.values():
            holding.stop()
        await asyncio.gather(*attempts, return_exceptions=True)
        while self._outbox:
            await self.turn(owner, NodeLoad(memory_available_bytes=0))
