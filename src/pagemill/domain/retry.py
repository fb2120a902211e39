"""When to try again: exponential backoff with full jitter, and separate budgets for failures and losses."""

import msgspec

from pagemill.domain.errors import Fault


class RetryPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """How often and how fast work is tried again.

    Failures wait a random part of `initial_seconds × 2^(failures - 1)`, at most `maximum_seconds` ("full jitter": Marc Brooker,
    Exponential Backoff and Jitter, AWS 2015). A job survives `transient_failures` of them; a defect of ours gets
    `defect_failures` tries. `lone_losses` losses alone convict, and nothing is lost or fails at its `attempts`-th attempt and
    is tried again.
    """

    initial_seconds: float = 1.0
    maximum_seconds: float = 300.0
    transient_failures: int = 8
    defect_failures: int = 2
    lone_losses: int = 2
    attempts: int = 20

    def failures_allowed(self, fault: Fault) -> int:
        """How many failures of this kind a job survives: one less than its tries; a document's own fault none."""
        match fault:
            case Fault.TRANSIENT:
                return self.transient_failures
            case Fault.DEFECT:
                return self.defect_failures - 1
            case _:
                return 0

    def delay_seconds(self, failures: int, jitter: float, retry_after: float | None = None) -> float:
        """Seconds to wait after the `failures`-th failure (from 1), for a `jitter` drawn from [0, 1).

        With 1 s and 300 s: after the third failure between 0 and 4 s; never less than `retry_after`.
        """
        longest = min(self.maximum_seconds, self.initial_seconds * 2.0 ** min(failures - 1, 60))
        return max(jitter * longest, retry_after or 0.0)
