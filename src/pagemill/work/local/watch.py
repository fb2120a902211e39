"""What a parent knows of an attempt in a child, and when that child has to be killed. Times are monotonic seconds."""

import msgspec

from pagemill.domain.outcome import LossCause
from pagemill.work.executor import PAGE_COUNT, Allowance

TAKE_SECONDS = 20.0
"""A ready child takes an assignment at once; one that has not within this time is stuck."""


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt as it was last heard of. `page` is the one being worked on, 0 for the whole document.

    `seen_page` is the last page that was begun in this stage or an earlier one, `began_at` None until the child has taken
    the assignment.
    """

    allowance: Allowance
    handed_at: float
    began_at: float | None = None
    stage: str = ""
    page: int = 0
    page_count: int = 0
    page_began_at: float = 0.0


def began(watch: Watch, now: float) -> Watch:
    """The child has taken the assignment."""
    return msgspec.structs.replace(watch, began_at=now)


def reached(watch: Watch, stage: str, page: int, now: float) -> Watch:
    """The child begins a page, or a stage of the whole document."""
    if stage == PAGE_COUNT:
        return msgspec.structs.replace(watch, page_count=page)
    return msgspec.structs.replace(watch, stage=stage, page=page, page_began_at=now)


def postponed(watch: Watch, seconds: float) -> Watch:
    """All deadlines later: the parent itself stood still for a while, and what the child said meanwhile is not read yet."""
    return msgspec.structs.replace(
        watch,
        handed_at=watch.handed_at + seconds,
        began_at=None if watch.began_at is None else watch.began_at + seconds,
        page_began_at=watch.page_began_at + seconds,
    )


def verdict(watch: Watch, now: float, resident_bytes: int) -> LossCause | None:
    """Why the child has to be killed now, if it has to: too much memory, a page or the job too long, or stuck before it."""
    if resident_bytes > watch.allowance.memory_bytes:
        return LossCause.MEMORY
    return LossCause.DEADLINE if now > _deadline(watch) else None


def _deadline(watch: Watch) -> float:
    if watch.began_at is None:
        return watch.handed_at + TAKE_SECONDS
    job = watch.began_at + watch.allowance.job_seconds
    return min(job, watch.page_began_at + watch.allowance.page_seconds) if watch.page else job
