"""A node in simulated time: it asks by demand, takes by wishes and rank, and works as long as was predicted."""

import heapq

from pagemill.domain.fairness import Backlog, Fairness, wishes
from pagemill.domain.load import NodeLoad, PoolRoom, demand
from pagemill.domain.task import Flow, Job

PLENTY = NodeLoad(memory_available_bytes=2**40)
MOST_JOBS = 200


class Node:
    """Runs ready jobs on its slots; `started` tells when each began. Time stands still between calls of `run_until`."""

    def __init__(self, slots: int, weights: dict[str, float] | None = None) -> None:
        self.slots = slots
        self.weights = weights or {}
        self.now = 0.0
        self.fairness = Fairness()
        self.ready: dict[Flow, list[tuple[float, int, Job]]] = {}
        self.waiting: list[Job] = []
        self.busy_until: list[float] = []
        self.started: dict[int, float] = {}

    def add(self, *jobs: Job) -> None:
        for job in jobs:
            heapq.heappush(self.ready.setdefault(job.flow, []), (job.rank, job.id, job))
        self._turn()

    def run_until(self, end: float) -> None:
        while self.busy_until and min(self.busy_until) <= end:
            self.now = min(self.busy_until)
            self.busy_until.remove(self.now)
            self._turn()
        self.now = end

    def _turn(self) -> None:
        self._claim()
        while self.waiting and len(self.busy_until) < self.slots:
            job = self.waiting.pop(0)
            self.started[job.id] = self.now
            self.busy_until.append(self.now + job.cost_seconds)
            self._claim()

    def _claim(self) -> None:
        room = PoolRoom(
            slots=self.slots,
            free_slots=self.slots - len(self.busy_until),
            waiting_seconds=sum(job.cost_seconds for job in self.waiting),
            remaining_seconds=tuple(end - self.now for end in self.busy_until),
        )
        ask = demand(room, PLENTY, MOST_JOBS)
        backlog = [Backlog(flow, len(heap), heap[0][2].cost_seconds) for flow, heap in self.ready.items() if heap]
        for wish in wishes(self.fairness, backlog, ask.seconds, ask.jobs, self.weights):
            claimed = [heapq.heappop(self.ready[wish.flow])[2] for _ in range(wish.jobs)]
            self.waiting += claimed
            served = [(job.flow, job.cost_seconds) for job in claimed]
            self.fairness = self.fairness.charged_for(served, self.weights).forgetting_idle()
