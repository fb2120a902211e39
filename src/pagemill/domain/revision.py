"""Running a task again: retry and new options both make a new revision that adopts what need not be done twice."""

from collections.abc import Iterable
from itertools import accumulate

import msgspec
from msgspec.structs import replace

from pagemill.domain.cost import Pace
from pagemill.domain.fanout import RANK_PER_SECOND, assemble_job, pages_of, plan_job
from pagemill.domain.options import reading_hash
from pagemill.domain.task import Band, Job, JobKind, JobState, NewJob, Task, TaskSpec, TaskState


class Revision(msgspec.Struct, frozen=True):
    """The jobs a new revision starts with (carried ones are already done) and the pages they bring along."""

    jobs: tuple[NewJob, ...]
    pages_done: int
    pages_total: int


def needs_new_revision(task: Task, new_options: bool) -> bool:
    """Whether running the task again changes anything: a live task or a whole result with the same options does not."""
    if new_options:
        return True
    return task.state in (TaskState.FAILED, TaskState.CANCELLED) or (task.state is TaskState.SUCCEEDED and task.partial)


def revise(old_jobs: Iterable[Job], task: Task, spec: TaskSpec, arrived_at: float, pace: Pace) -> Revision:
    """The jobs of the next revision of `task` for `spec`; of `old_jobs`, those of the task's present revision count.

    If the pages read the same as before, the finished plan and ranges are carried over as done, the ranges that did not finish
    are ready anew (with clean budgets; a suspect stays one), and only if nothing is left to read does `assemble` follow at once.
    """
    reading = reading_hash(spec.options, spec.input_sha256)
    latest = [job for job in old_jobs if job.revision == task.revision]
    old = [job for job in latest if job.kind is not JobKind.ASSEMBLE and job.input_hash == reading]
    done = [job for job in old if job.state is JobState.DONE]
    unfinished = [job for job in old if job.kind is JobKind.PAGES and job.state not in (JobState.DONE, JobState.SPLIT)]
    if not old or not _was_fanned_out(latest):
        return Revision((plan_job(spec, arrived_at, pace),), 0, 0)
    carried = tuple(_again(job, spec, arrived_at, JobState.DONE) for job in done)
    anew = _in_rank_order(unfinished, spec, arrived_at)
    last = () if anew else (assemble_job(spec, arrived_at, task.pages_total),)
    missing = {number for job in unfinished for number in pages_of(job, spec.options, 0)}
    return Revision(carried + anew + last, max(0, task.pages_total - len(missing)), task.pages_total)


def _was_fanned_out(jobs: list[Job]) -> bool:
    """A plan that finished the document itself left no pages behind that another assemble could read."""
    return any(job.kind in (JobKind.PAGES, JobKind.ASSEMBLE) for job in jobs)


def _in_rank_order(jobs: list[Job], spec: TaskSpec, arrived_at: float) -> tuple[NewJob, ...]:
    jobs = sorted(jobs, key=lambda job: (job.rank, job.id))
    work = accumulate(job.cost_seconds for job in jobs)
    again = (_again(job, spec, arrived_at, JobState.READY) for job in jobs)
    return tuple(replace(job, rank=arrived_at + RANK_PER_SECOND * done) for job, done in zip(again, work, strict=True))


def _again(job: Job, spec: TaskSpec, arrived_at: float, state: JobState) -> NewJob:
    return NewJob(
        kind=job.kind,
        pool=job.pool,
        band=Band(spec.options.priority.value),
        rank=arrived_at,
        cost_seconds=job.cost_seconds,
        input_hash=job.input_hash,
        first_page=job.first_page,
        last_page=job.last_page,
        state=state,
        suspect=job.suspect and state is JobState.READY,
        result_key=job.result_key if state is JobState.DONE else "",
    )
