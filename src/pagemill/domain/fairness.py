"""Which flow is served next: start-time fair queueing over tenants and, inside a tenant, over bands.

Each node keeps a `Fairness` of its own in memory. Every node being fair to all flows, the cluster is: no shared counter, no hot
row. The algorithm is Goyal, Vin and Cheng, "Start-time Fair Queueing" (SIGCOMM 1996): serve the smallest start tag; serving
`cost` moves the tag by cost ÷ weight; who comes back after a pause starts at the tag being served, so nobody saves up.
"""

from collections.abc import Iterable, Mapping
from math import inf

import msgspec

from pagemill.domain.task import Band, Flow

BAND_WEIGHTS: dict[Band, float] = {Band.HIGH: 8.0, Band.NORMAL: 4.0, Band.LOW: 1.0, Band.RETRY: 1.0}
"""A band's share of its tenant. The retry lane's weight is its share of capacity, so a failing dependency starves nobody."""


class Backlog(msgspec.Struct, frozen=True):
    """A flow with ready jobs: how many (a lower bound is enough) and the predicted seconds of its first ones, each."""

    flow: Flow
    jobs: int
    job_seconds: float


class Wish(msgspec.Struct, frozen=True):
    """How many jobs to claim of one flow, in rank order."""

    flow: Flow
    jobs: int


class Fairness(msgspec.Struct, frozen=True):
    """Start tags of what this node has served: of tenants, of the bands inside each, and the tag last served at each level."""

    tenants: dict[str, float] = msgspec.field(default_factory=dict)
    bands: dict[Flow, float] = msgspec.field(default_factory=dict)
    tenant_now: float = 0.0
    band_now: dict[str, float] = msgspec.field(default_factory=dict)

    def next_flow(self, waiting: Iterable[Flow]) -> Flow:
        """The flow to serve next: the tenant with the smallest start tag, in it the band with the smallest."""
        return min(waiting, key=lambda flow: (self._tenant_tag(flow), flow.tenant, self._band_tag(flow), flow.band))

    def charged(self, flow: Flow, cost_seconds: float, tenant_weights: Mapping[str, float]) -> "Fairness":
        """This state after `flow` was served `cost_seconds` of work. Weights are above 0; tenants without one have 1."""
        tenant_tag, band_tag = self._tenant_tag(flow), self._band_tag(flow)
        weight = tenant_weights.get(flow.tenant, 1.0)
        return Fairness(
            tenants={**self.tenants, flow.tenant: tenant_tag + cost_seconds / weight},
            bands={**self.bands, flow: band_tag + cost_seconds / BAND_WEIGHTS[flow.band]},
            tenant_now=tenant_tag,
            band_now={**self.band_now, flow.tenant: band_tag},
        )

    def charged_for(self, served: Iterable[tuple[Flow, float]], tenant_weights: Mapping[str, float]) -> "Fairness":
        """This state after a batch of (flow, cost in seconds) that came in any order.

        It is charged as if picked one by one, by start tag: a batch that comes flow by flow would leave the last flow behind
        the tags of the first, and that flow would get less than its share for ever.
        """
        costs: dict[Flow, list[float]] = {}
        for flow, cost_seconds in served:
            costs.setdefault(flow, []).append(cost_seconds)
        state = self
        while costs:
            flow = state.next_flow(costs)
            state = state.charged(flow, costs[flow].pop(0), tenant_weights)
            if not costs[flow]:
                del costs[flow]
        return state

    def forgetting_idle(self) -> "Fairness":
        """The same state without tenants and bands that had nothing waiting when their turn came.

        Who waits is never behind what is served, so no decision about those changes. Tenants that come back start at the tag
        being served, as they would anyway, and their bands start even. What is left does not grow with every tenant ever seen.
        """
        tenants = {tenant: tag for tenant, tag in self.tenants.items() if tag >= self.tenant_now}
        band_now = {tenant: tag for tenant, tag in self.band_now.items() if tenant in tenants}
        bands = {flow: tag for flow, tag in self.bands.items() if tag > band_now.get(flow.tenant, inf)}
        return Fairness(tenants, bands, self.tenant_now, band_now)

    def _tenant_tag(self, flow: Flow) -> float:
        return max(self.tenants.get(flow.tenant, 0.0), self.tenant_now)

    def _band_tag(self, flow: Flow) -> float:
        return max(self.bands.get(flow, 0.0), self.band_now.get(flow.tenant, 0.0))


def wishes(
    fairness: Fairness,
    backlog: Iterable[Backlog],
    demand_seconds: float,
    most_jobs: int,
    tenant_weights: Mapping[str, float],
) -> tuple[Wish, ...]:
    """How many jobs of which flow to claim, to fill `demand_seconds` with at most `most_jobs`, fairly.

    The last job may reach beyond the demand: room for a second is room for a job.
    """
    waiting = {entry.flow: entry for entry in backlog if entry.jobs > 0}
    taken: dict[Flow, int] = {}
    while waiting and demand_seconds > 0 and sum(taken.values()) < most_jobs:
        flow = fairness.next_flow(waiting)
        entry = waiting[flow]
        taken[flow] = taken.get(flow, 0) + 1
        demand_seconds -= entry.job_seconds
        fairness = fairness.charged(flow, entry.job_seconds, tenant_weights)
        if taken[flow] == entry.jobs:
            del waiting[flow]
    return tuple(Wish(flow, jobs) for flow, jobs in taken.items())


def taking_back(wished: Iterable[Wish], lost: Iterable[Flow]) -> tuple[Wish, ...]:
    """These wishes with room for one more job of each flow that has just lost one.

    A slot that became free by a loss may be promised already to work that waits inside the node; what was lost comes before
    that, or it would wait for as long as the whole horizon.
    """
    jobs = {wish.flow: wish.jobs for wish in wished}
    for flow in lost:
        jobs[flow] = jobs.get(flow, 0) + 1
    return tuple(Wish(flow, count) for flow, count in jobs.items())
