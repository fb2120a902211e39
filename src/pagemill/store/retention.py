"""How long the store keeps what is over, in seconds. A task's own rows go when it expires or is deleted."""

from pagemill.domain.tally import DAY_SECONDS, HOUR_SECONDS, MINUTE_SECONDS

OLDEST_UPLOAD_SECONDS = DAY_SECONDS
"""Blobs without a row are swept after two days; an upload this old may already be gone before its row commits."""

EVENT_SECONDS = 30 * DAY_SECONDS
"""Events outlive their tasks, so that feeds that were away can catch up."""

NODE_SECONDS = 7 * DAY_SECONDS
"""A node's row after its last beat, once it is dead or has left."""

TALLY_SECONDS = {MINUTE_SECONDS: DAY_SECONDS // 4, HOUR_SECONDS: 3 * DAY_SECONDS, DAY_SECONDS: 30 * DAY_SECONDS}
"""How tasks ended, counted by the minute, the hour and the day: each a while longer than it is looked at."""

SECOND_PASS_SECONDS = DAY_SECONDS
"""Between the two deletions of a garbage prefix: the second is for writers that wake up late."""

IDEMPOTENCY_SECONDS = 2 * DAY_SECONDS
"""An idempotency key after its task was submitted: a day is promised, and a repeated upload may take another."""
