"""An executor without processes: attempts end when the test says so."""

import asyncio
from collections.abc import Callable, Mapping

from pagemill.domain.load import PoolRoom
from pagemill.domain.outcome import Outcome
from pagemill.domain.task import Pool
from pagemill.work.executor import Assignment


class HandExecutor:
    """Implements the executor port. `running` holds what was handed to it, in order; `finish` ends an attempt."""

    def __init__(self, slots: int = 2) -> None:
        self.slots = slots
        self.running: dict[int, tuple[Assignment, asyncio.Future[Outcome]]] = {}
        self.killed: list[int] = []
        self.handed: list[Assignment] = []

    async def start(self) -> None:
        """Nothing to bring up."""

    async def stop(self) -> None:
        """Nothing is left."""

    async def run(self, assignment: Assignment, began: Callable[[], None]) -> Outcome:
        job_id = assignment.claim.job.id
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.running[job_id] = (assignment, answer)
        self.handed.append(assignment)
        began()
        try:
            return await answer
        except asyncio.CancelledError:
            self.killed.append(job_id)
            raise
        finally:
            del self.running[job_id]

    def finish(self, job_id: int, outcome: Outcome) -> None:
        self.running[job_id][1].set_result(outcome)

    def room(self) -> Mapping[Pool, PoolRoom]:
        free = max(0, self.slots - len(self.running))
        return {Pool.TEXT: PoolRoom(slots=self.slots, free_slots=free, waiting_seconds=0.0)}
