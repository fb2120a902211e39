"""The lives of nodes: join, beat, leave, and the rescue of what a dead one held."""

from collections.abc import Callable, Sequence

from pagemill.domain.cost import Pace
from pagemill.domain.outcome import GivenBack, LossCause, Lost, Outcome
from pagemill.domain.retry import RetryPolicy
from pagemill.domain.task import Lease
from pagemill.store.queue import NODE_LIFE_SECONDS, Beat, BeatAnswer, NewNode, Settlement, Sighting
from pagemill.store.sqlite.claim import specs_of_jobs
from pagemill.store.sqlite.connection import Row
from pagemill.store.sqlite.rows import text
from pagemill.store.sqlite.settle import settle
from pagemill.store.sqlite.transaction import Transaction

PROMOTED_A_BEAT = 200

NO_JITTER = 0.0
"""A job that is taken back does not back off, so its settlement needs no chance."""


def join(transaction: Transaction, node: NewNode) -> int:
    """The number of the node with this `boot_id`, whose row is written if it is new."""
    found = transaction.run("find_node", boot_id=node.boot_id)
    if found:
        return int(found[0][0])
    rows = transaction.run("insert_node", boot_id=node.boot_id, life_seconds=NODE_LIFE_SECONDS)
    number = int(rows[0][0])
    transaction.run("insert_node_info", node_id=number, host=node.host, draining=int(node.draining))
    if node.sole:
        transaction.run("end_other_nodes", id=number)
    return number


def leave(transaction: Transaction, owner: int, policy: RetryPolicy) -> None:
    """Gives back what the node holds and ends its row."""
    take_back(transaction, _held_by(transaction, owner), lambda _: GivenBack(reason="the node left"), policy)
    transaction.run("leave", owner=owner)


def beat(transaction: Transaction, beat: Beat, policy: RetryPolicy) -> BeatAnswer:
    """Renews the node's life, or tells it that it is dead; then makes its jobs in the rows and in its hands the same."""
    if not transaction.run("renew_node", owner=beat.owner, life_seconds=NODE_LIFE_SECONDS):
        return BeatAnswer(alive=False, gone=beat.held, promoted=0)
    ((draining,),) = transaction.run("update_load", owner=beat.owner, load=text(beat.load))
    rows = {_lease(row): row for row in _held_by(transaction, beat.owner)}
    _mark_begun(transaction, [lease for lease in beat.begun if lease in rows and not rows[lease][3]])
    named = set(beat.held)
    unknown = [row for lease, row in rows.items() if lease not in named]
    take_back(transaction, unknown, lambda _: GivenBack(reason="the answer to its claim was lost"), policy)
    gone = tuple(lease for lease in beat.held if lease not in rows)
    return BeatAnswer(alive=True, gone=gone, promoted=_promote(transaction), draining=draining == 1)


def drain(transaction: Transaction, owner: int, draining: bool) -> bool:
    """Writes the operator's wish; a node in this process is woken, so that it asks."""
    known = bool(transaction.run("drain_node", owner=owner, draining=int(draining)))
    transaction.asked = transaction.asked or known
    return known


def rescue(transaction: Transaction, silent: Sequence[Sighting], limit: int, policy: RetryPolicy) -> int:
    """Declares silent nodes dead, then takes back running jobs whose owner is not an alive node."""
    transaction.many("declare_dead", [{"owner": seen.owner, "beat": seen.beat} for seen in silent])
    orphans = transaction.run("orphans", jobs=limit)
    take_back(transaction, orphans, _lost_with_node, policy)
    return len(orphans)


def take_back(
    transaction: Transaction, rows: Sequence[Row], outcome: Callable[[Row], Outcome], policy: RetryPolicy
) -> None:
    """Settles running jobs, given as rows (id, attempt, owner, begun), in the name of an owner who does not."""
    specs = specs_of_jobs(transaction, [row[0] for row in rows])
    settlements = [Settlement(_lease(row), specs[row[0]], outcome(row), NO_JITTER, Pace()) for row in rows]
    settle(transaction, settlements, policy)


def _lost_with_node(row: Row) -> Lost:
    return Lost(cause=LossCause.NODE, begun=row[3] == 1, alone=False)


def _held_by(transaction: Transaction, owner: int) -> list[Row]:
    return transaction.run("held_by_node", owner=owner)


def _lease(row: Row) -> Lease:
    return Lease(row[0], row[1], row[2])


def _mark_begun(transaction: Transaction, leases: Sequence[Lease]) -> None:
    rows = [{"id": lease.job_id, "attempt": lease.attempt, "owner": lease.owner} for lease in leases]
    transaction.many("mark_begun", rows)


def _promote(transaction: Transaction) -> int:
    promoted = len(transaction.run("promote", jobs=PROMOTED_A_BEAT))
    transaction.work = transaction.work or promoted > 0
    return promoted
