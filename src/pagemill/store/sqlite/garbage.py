"""Blob prefixes that nobody can publish any more: collected at once, and once more a day later."""

from collections.abc import Sequence

from pagemill.store.queue import Garbage
from pagemill.store.retention import SECOND_PASS_SECONDS
from pagemill.store.sqlite.transaction import Transaction


def due(transaction: Transaction, limit: int) -> tuple[Garbage, ...]:
    """What is to be deleted now, longest due first."""
    rows = transaction.run("garbage", prefixes=limit)
    return tuple(Garbage(prefix, last_pass=passes == 1) for prefix, passes in rows)


def collected(transaction: Transaction, prefixes: Sequence[str]) -> None:
    """Notes a pass over these prefixes; before the second one is due, only the first is noted, however often it is said."""
    rows = [{"prefix": prefix} for prefix in prefixes]
    transaction.many("drop_garbage", rows)
    transaction.many("postpone_garbage", [{**row, "pause_seconds": SECOND_PASS_SECONDS} for row in rows])
