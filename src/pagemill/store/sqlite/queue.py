"""The writes on SQLite: each verb is handed to the writer thread as one function of a transaction."""

from collections.abc import Mapping, Sequence

from pagemill.domain.cost import Pace
from pagemill.domain.fairness import Wish
from pagemill.domain.retry import RetryPolicy
from pagemill.domain.task import Pool, Task
from pagemill.store.queue import NewNode, Settlement, Submission, Turn
from pagemill.store.sqlite.claim import claim
from pagemill.store.sqlite.nodes import join
from pagemill.store.sqlite.settle import settle
from pagemill.store.sqlite.submit import submit
from pagemill.store.sqlite.transaction import Transaction
from pagemill.store.sqlite.writer import Urgency, Writer


class SqliteQueue:
    """`store.queue.Queue` on SQLite."""

    def __init__(self, writer: Writer, pace: Pace, policy: RetryPolicy) -> None:
        self._writer = writer
        self._pace = pace
        self._policy = policy

    async def join(self, node: NewNode) -> int:
        """See `Queue.join`."""
        return await self._writer.run(lambda transaction: join(transaction, node), Urgency.NODE)

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

        return await self._writer.run(turn, Urgency.NODE)
