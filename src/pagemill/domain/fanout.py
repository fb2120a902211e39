"""One document, many jobs: the ranges a plan leaves behind, and the job that puts them together.

Rank orders jobs inside a flow: arrival + 10 × the task's predicted work up to and including the job. It grows with arrival, so
nothing starves; a long document's later ranges carry later ranks, so short files pass it.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate

import msgspec

from pagemill.domain.cost import Pace, assemble_seconds, clamped, pages_seconds, plan_seconds
from pagemill.domain.formats import IMAGE_TYPES
from pagemill.domain.options import Mode, OcrMode, Options, reading_hash, result_hash, selected_pages
from pagemill.domain.task import Band, Job, JobKind, NewJob, Pool, TaskSpec

RANK_PER_SECOND = 10.0
TARGET_RANGE_SECONDS = 3.5
TEXT_RANGE_PAGES = 250
PLAN_PAGES = 1_000
"""A plan reads at most this many pages itself (about 6 s of text); the rest becomes ranges."""


class PageRange(msgspec.Struct, frozen=True):
    """Pages `first` to `last`, both included, and how many of them are work (the others were already read)."""

    first: int
    last: int
    pages: int


def plan_pool(media_type: str, options: Options) -> Pool:
    """Where a file's plan runs: an image is nothing but recognition, so it goes straight to a worker with models."""
    reads_images = options.mode is Mode.AUTO and options.ocr is not OcrMode.NEVER
    return Pool.MODEL if media_type in IMAGE_TYPES and reads_images else Pool.TEXT


def plan_job(spec: TaskSpec, arrived_at: float, pace: Pace) -> NewJob:
    """The first job of a revision (edge a)."""
    cost = plan_seconds(spec.media_type, spec.input_bytes, pace)
    return NewJob(
        kind=JobKind.PLAN,
        pool=plan_pool(spec.media_type, spec.options),
        band=Band(spec.options.priority.value),
        rank=arrived_at + RANK_PER_SECOND * cost,
        cost_seconds=cost,
        input_hash=reading_hash(spec.options, spec.input_sha256),
    )


def pages_of(job: Job, options: Options, page_count: int) -> tuple[int, ...]:
    """The pages a job is about, rising: those asked for inside its range, none for `assemble`.

    `page_count` is the file's and matters only for a plan, whose range is the whole file.
    """
    last = page_count if job.kind is JobKind.PLAN else job.last_page
    return tuple(number for number in selected_pages(options.pages, last) if number >= job.first_page)


def page_ranges(pages: Sequence[int], most: int = TEXT_RANGE_PAGES) -> tuple[PageRange, ...]:
    """The rising page numbers cut into ranges with `most` of them each.

    A range may span pages that are not among them; they cost nothing.
    """
    groups = [pages[start : start + most] for start in range(0, len(pages), most)]
    return tuple(PageRange(group[0], group[-1], len(group)) for group in groups)


def model_ranges(deferred: Sequence[int], page_seconds: float) -> tuple[PageRange, ...]:
    """The rising page numbers cut into ranges of about 3.5 predicted seconds, at least one page each."""
    return page_ranges(deferred, max(1, round(TARGET_RANGE_SECONDS / clamped(page_seconds))))


def text_ranges(first: int, last: int) -> tuple[PageRange, ...]:
    """Pages `first` to `last` cut into ranges of at most 250; none if `first` is beyond `last`."""
    return page_ranges(range(first, last + 1))


def work_through(job: Job, arrived_at: float) -> float:
    """The task's predicted seconds of work up to and including this job, as its rank says."""
    return max(0.0, (job.rank - arrived_at) / RANK_PER_SECOND)


def range_jobs(
    ranges: Iterable[PageRange], pool: Pool, spec: TaskSpec, arrived_at: float, work_before_seconds: float, pace: Pace
) -> tuple[NewJob, ...]:
    """The jobs of these ranges, each ranked behind the work of the task before it."""
    ranges = tuple(ranges)
    costs = [pages_seconds(pool, part.pages, pace) for part in ranges]
    work = accumulate(costs, initial=work_before_seconds)
    next(work)
    return tuple(
        NewJob(
            kind=JobKind.PAGES,
            pool=pool,
            band=Band(spec.options.priority.value),
            rank=arrived_at + RANK_PER_SECOND * done,
            cost_seconds=cost,
            input_hash=reading_hash(spec.options, spec.input_sha256),
            first_page=part.first,
            last_page=part.last,
        )
        for part, cost, done in zip(ranges, costs, work, strict=True)
    )


def assemble_job(spec: TaskSpec, arrived_at: float, page_count: int) -> NewJob:
    """The job that makes the document; it ranks at the task's arrival, because what is begun is finished first."""
    return NewJob(
        kind=JobKind.ASSEMBLE,
        pool=Pool.TEXT,
        band=Band(spec.options.priority.value),
        rank=arrived_at,
        cost_seconds=assemble_seconds(page_count),
        input_hash=result_hash(spec.options, spec.input_sha256),
    )
