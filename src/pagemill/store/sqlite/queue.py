"""The writes on SQLite: each verb is handed to the writer thread as a function of a transaction."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import msgspec

from pagemill.domain.cost import Pace
from pagemill.domain.errors import Fault, PagemillError, Problem
from pagemill.domain.fairness import Wish
from pagemill.domain.outcome import Failed
from pagemill.domain.retry import RetryPolicy
from pagemill.domain.task import Pool, Task, TaskSpec, TaskState
from pagemill.store.queue import (
    Answer,
    Beat,
    BeatAnswer,
    Garbage,
    Mending,
    NewNode,
    Settlement,
    Sighting,
    Submission,
    Turn,
)
from pagemill.store.sqlite import endings, files, garbage, nodes
from pagemill.store.sqlite.claim import claim
from pagemill.store.sqlite.mend import mend, untangle
from pagemill.store.sqlite.rerun import rerun, retry
from pagemill.store.sqlite.settle import settle
from pagemill.store.sqlite.submit import submit
from pagemill.store.sqlite.transaction import Transaction
from pagemill.store.sqlite.writer import Urgency, Writer

TASKS_A_TRANSACTION = 100


class SqliteQueue:
    """`store.queue.Queue` on SQLite."""

    def __init__(self, writer: Writer, pace: Pace, policy: RetryPolicy) -> None:
        self._writer = writer
        self._pace = pace
        self._policy = policy

    async def join(self, node: NewNode) -> int:
        """See `Queue.join`."""
        return await self._writer.run(lambda transaction: nodes.join(transaction, node), Urgency.NODE)

    async def leave(self, owner: int) -> None:
        """See `Queue.leave`."""
        await self._writer.run(lambda transaction: nodes.leave(transaction, owner, self._policy), Urgency.NODE)

    async def drain(self, owner: int, draining: bool) -> bool:
        """See `Queue.drain`."""
        return await self._writer.run(lambda transaction: nodes.drain(transaction, owner, draining))

    async def submit(self, submissions: Sequence[Submission]) -> tuple[Task, ...]:
        """See `Queue.submit`."""
        return await self._writer.run(lambda transaction: submit(transaction, submissions, self._pace))

    async def settle_and_claim(
        self, owner: int, settlements: Sequence[Settlement], wishes: Mapping[Pool, Sequence[Wish]]
    ) -> Turn:
        """See `Queue.settle_and_claim`."""

        def turn(transaction: Transaction) -> Turn:
            answers = settle(transaction, settlements, self._policy)
            return Turn(answers, claim(transaction, owner, wishes))

        try:
            return await self._writer.run(turn, Urgency.NODE)
        except PagemillError:
            raise
        except Exception:
            if not settlements:
                raise
            return Turn(tuple([await self._settle_alone(settlement) for settlement in settlements]), ())

    async def _settle_alone(self, settlement: Settlement) -> Answer:
        """Settles what cannot be written as a defect of ours: refused for ever, it would be a ghost, and hold up the others."""
        try:
            return await self._settle(settlement)
        except PagemillError:
            raise
        except Exception as error:  # noqa: BLE001 - what it is, its problem says
            problem = Problem("internal_error", f"The outcome could not be written: {error}")
            return await self._settle(
                msgspec.structs.replace(settlement, outcome=Failed(fault=Fault.DEFECT, problem=problem))
            )

    async def _settle(self, settlement: Settlement) -> Answer:
        (answer,) = await self._writer.run(
            lambda transaction: settle(transaction, [settlement], self._policy), Urgency.NODE
        )
        return answer

    async def beat(self, beat: Beat) -> BeatAnswer:
        """See `Queue.beat`."""
        return await self._writer.run(lambda transaction: nodes.beat(transaction, beat, self._policy), Urgency.NODE)

    async def rescue(self, silent: Sequence[Sighting], limit: int) -> int:
        """See `Queue.rescue`."""
        return await self._writer.run(
            lambda transaction: nodes.rescue(transaction, silent, limit, self._policy), Urgency.NODE
        )

    async def cancel(self, task_ids: Sequence[str]) -> tuple[str, ...]:
        """See `Queue.cancel`."""
        return await self._in_portions(endings.cancel, task_ids)

    async def rerun(self, spec: TaskSpec, new_options: bool, pace: Pace) -> Task:
        """See `Queue.rerun`."""
        return await self._writer.run(lambda transaction: rerun(transaction, spec, new_options, pace))

    async def retry(self, task_ids: Sequence[str], pace: Pace) -> tuple[str, ...]:
        """See `Queue.retry`."""
        return await self._in_portions(partial(retry, pace=pace), task_ids)

    async def delete(self, task_ids: Sequence[str], state: TaskState | None = None) -> tuple[str, ...]:
        """See `Queue.delete`."""
        return await self._in_portions(partial(endings.delete, state=state), task_ids)

    async def _in_portions(self, verb: Callable[..., tuple[str, ...]], task_ids: Sequence[str]) -> tuple[str, ...]:
        changed: list[str] = []
        for ids in _portions(task_ids):
            changed += await self._writer.run(partial(verb, task_ids=ids))
        return tuple(changed)

    async def prune(self, limit: int) -> int:
        """See `Queue.prune`."""
        steps = (endings.fail_overdue, endings.delete_expired, files.delete_expired, endings.prune_history)
        return sum([await self._writer.run(partial(step, limit=limit), Urgency.BULK) for step in steps])

    async def garbage(self, limit: int) -> tuple[Garbage, ...]:
        """See `Queue.garbage`."""
        return await self._writer.run(lambda transaction: garbage.due(transaction, limit), Urgency.BULK)

    async def collected(self, prefixes: Sequence[str]) -> None:
        """See `Queue.collected`."""
        await self._writer.run(lambda transaction: garbage.collected(transaction, prefixes), Urgency.BULK)

    async def mend(self, mending: Mending, pace: Pace) -> Task:
        """See `Queue.mend`."""
        return await self._writer.run(lambda transaction: mend(transaction, mending, pace), Urgency.BULK)

    async def untangle(self) -> int:
        """See `Queue.untangle`."""
        return await self._writer.run(untangle, Urgency.BULK)


def _portions(task_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (task_ids[start : start + TASKS_A_TRANSACTION] for start in range(0, len(task_ids), TASKS_A_TRANSACTION))
