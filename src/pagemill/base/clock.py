"""The only places that read a clock, so that tests can shift it."""

import time
from typing import Protocol


class Clock(Protocol):
    """Wall time for rows, monotonic time for waiting."""

    def wall_seconds(self) -> float:
        """Seconds since the epoch, UTC; may jump."""
        ...

    def monotonic_seconds(self) -> float:
        """Seconds that only ever rise, from an arbitrary start."""
        ...


class SystemClock:
    """The machine's own clock."""

    def wall_seconds(self) -> float:
        """Seconds since the epoch, UTC; may jump."""
        return time.time()

    def monotonic_seconds(self) -> float:
        """Seconds that only ever rise, from an arbitrary start."""
        return time.monotonic()
