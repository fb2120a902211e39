"""What happened in an attempt, as the worker's node tells the store. Small: documents stay in blobs."""

from enum import StrEnum

import msgspec

from pagemill.domain.errors import Evidence, Fault, Problem


class PagesRead(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A plan or range wrote its pages under `result_key`.

    `page_count` is the whole file's, `pages_read` how many pages are complete in this result. `deferred` are the pages that
    still need a model, rising. `read_to` is the last page that was looked at: a plan may stop there, a range must be read to
    its end. A page that cannot be read is no part of this: the attempt then ends as `Failed`, naming it.
    """

    result_key: str
    page_count: int
    read_to: int
    pages_read: int
    deferred: tuple[int, ...] = ()
    seconds: float = 0.0


class DocumentReady(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The whole result lies under `result_key`; `page_count` pages were wanted, `failed_pages` of them are missing."""

    result_key: str
    page_count: int
    failed_pages: int = 0
    seconds: float = 0.0


class Failed(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The work ended in an error that says whose fault it is. `retry_after` is in seconds, None if nobody said.

    `page_count` is the file's, 0 if nobody knows it; with it a plan can leave out the page that `problem` names.
    """

    fault: Fault
    problem: Problem
    retry_after: float | None = None
    page_count: int = 0


class LossCause(StrEnum):
    """Why a worker died over a job."""

    CRASH = "crash"
    MEMORY = "memory"
    DEADLINE = "deadline"
    NODE = "node"


class Lost(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The worker died. `alone`: in a child of its own that had done nothing else, so the file is to blame.

    `page` and `page_count` are 0 when nobody knows them.
    """

    cause: LossCause
    begun: bool
    alone: bool
    page: int = 0
    page_count: int = 0
    evidence: Evidence = Evidence()


class GivenBack(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The job goes back uncounted: a clean stop, or something it depends on is down for `delay_seconds`."""

    reason: str
    delay_seconds: float = 0.0


Outcome = PagesRead | DocumentReady | Failed | Lost | GivenBack
