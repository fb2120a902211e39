"""Outcomes on their way to the store: none is dropped before the store has answered."""

from pagemill.domain.cost import Pace
from pagemill.domain.outcome import Outcome, PagesRead
from pagemill.domain.task import Claim
from pagemill.store.queue import Settlement


class Outbox:
    """Settlements that wait for the store. If it cannot be reached they stay, in order, and go with the next turn."""

    def __init__(self) -> None:
        self._waiting: list[Settlement] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, settlement: Settlement) -> None:
        """Queues one more."""
        self._waiting.append(settlement)

    def take(self, most: int) -> list[Settlement]:
        """Removes and returns the oldest, at most `most`."""
        taken, self._waiting = self._waiting[:most], self._waiting[most:]
        return taken

    def put_back(self, settlements: list[Settlement]) -> None:
        """Returns what `take` gave, to the front: its transaction did not happen, or nobody knows whether it did."""
        self._waiting = settlements + self._waiting

    def clear(self) -> None:
        """Forgets everything: the leases are no longer ours."""
        self._waiting = []


def settlement(claim: Claim, outcome: Outcome, jitter: float, pace: Pace) -> Settlement:
    """What to tell the store about a claim's outcome."""
    return Settlement(claim.lease, claim.spec, outcome, jitter, pace)


def learnt(pace: Pace, claim: Claim, outcome: Outcome) -> Pace:
    """The node's pace after this outcome; only finished readings teach. A page that was put off was looked at, too."""
    if isinstance(outcome, PagesRead) and outcome.seconds > 0:
        return pace.learnt(claim.job.pool, outcome.pages_read + len(outcome.deferred), outcome.seconds)
    return pace
