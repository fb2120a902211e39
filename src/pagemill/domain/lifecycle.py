"""States, allowed edges, and `decide()`: what happened in an attempt -> what the rows become.

    a  - -> ready                submitted, fanned out, or `assemble` when the last job is in
    b  ready -> running          claimed: attempt + 1
    c  running -> done           finished by the owner at that attempt
    d  running -> delayed        a transient error or a defect: backoff, band `retry`, failures + 1
    e  running -> ready|delayed  given back: nothing counts
    f  running -> ready          lost: not begun counts nothing, in company makes it a suspect, alone counts losses + 1
    g  running -> dead           permanent error, budget used up, convicted, or begun too often
    h  ready|delayed|running -> cancelled
    s  running -> split          lost on a known page: the ranges before, at and after it take its place

`delayed` becomes `ready` when it is due (d, e). Terminal rows never change.
"""

from typing import Any, assert_never

import msgspec
from msgspec.structs import replace

from pagemill.domain.cost import Pace
from pagemill.domain.errors import CATALOGUE, Fault, Problem
from pagemill.domain.fanout import (
    PageRange,
    assemble_job,
    model_ranges,
    page_ranges,
    pages_of,
    range_jobs,
    work_through,
)
from pagemill.domain.options import ErrorHandling, selected_pages
from pagemill.domain.outcome import DocumentReady, Failed, GivenBack, LossCause, Lost, Outcome, PagesRead
from pagemill.domain.retry import RetryPolicy
from pagemill.domain.task import AttemptEnd, Band, Flow, Job, JobKind, JobState, NewJob, Pool, Task, TaskSpec, TaskState

ALLOWED_EDGES: dict[str, frozenset[tuple[JobState | None, JobState]]] = {
    "a": frozenset({(None, JobState.READY), (None, JobState.DONE)}),
    "b": frozenset({(JobState.READY, JobState.RUNNING)}),
    "c": frozenset({(JobState.RUNNING, JobState.DONE)}),
    "d": frozenset({(JobState.RUNNING, JobState.DELAYED), (JobState.DELAYED, JobState.READY)}),
    "e": frozenset({(JobState.RUNNING, JobState.READY), (JobState.RUNNING, JobState.DELAYED)}),
    "f": frozenset({(JobState.RUNNING, JobState.READY)}),
    "g": frozenset({(JobState.RUNNING, JobState.DEAD)}),
    "h": frozenset({(state, JobState.CANCELLED) for state in (JobState.READY, JobState.DELAYED, JobState.RUNNING)}),
    "s": frozenset({(JobState.RUNNING, JobState.SPLIT)}),
}
"""What may become of a job, edge by edge; the schema's CHECK constraints and docs/state-machine.md mirror it."""


class TaskChange(msgspec.Struct, frozen=True, kw_only=True):
    """How a job's end changes its task. `result_key` is published when the task succeeds."""

    state: TaskState
    result_key: str = ""
    partial: bool = False
    problem: Problem | None = None


class Transition(msgspec.Struct, frozen=True, kw_only=True):
    """What the rows become, to be applied in one transaction behind the fence.

    `run_at` is set for `delayed`. `failures`, `losses`, `suspect` and `band` are the job's new values. `follow_ups` are
    inserted with the end of the job; `when_last` is inserted if the task then has no open job left. `pages_done` is added to
    the task's, `pages_total` set unless None. `cancel_rest` cancels the task's other live jobs. `garbage`: nobody will ever
    publish what this attempt wrote.
    """

    edge: str
    state: JobState
    end: AttemptEnd
    failures: int
    losses: int
    suspect: bool
    band: Band
    run_at: float | None = None
    result_key: str = ""
    problem: Problem | None = None
    follow_ups: tuple[NewJob, ...] = ()
    when_last: NewJob | None = None
    pages_done: int = 0
    pages_total: int | None = None
    task: TaskChange | None = None
    cancel_rest: bool = False
    garbage: bool = True


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """All that a decision looks at. `now` is the store's clock, `jitter` a number from [0, 1), `pace` the node's."""

    job: Job
    task: Task
    spec: TaskSpec
    now: float
    jitter: float = 0.5
    pace: Pace = Pace()
    policy: RetryPolicy = RetryPolicy()


def decide(outcome: Outcome, at: Situation) -> Transition:
    """What becomes of a running job after this outcome. Every answer is on an edge of `ALLOWED_EDGES`."""
    match outcome:
        case PagesRead():
            return pages_read(outcome, at)
        case DocumentReady():
            return document_ready(outcome, at)
        case Failed():
            return failed(outcome, at)
        case Lost():
            return lost(outcome, at)
        case GivenBack():
            return given_back(outcome, at)
        case _:
            assert_never(outcome)


def claimed(job: Job, owner: int) -> Job:
    """Edge b: the job as it is once a node has it. Only a ready job can be claimed."""
    return replace(job, state=JobState.RUNNING, attempt=job.attempt + 1, owner=owner, begun=False, run_at=None)


def job_after(job: Job, transition: Transition) -> Job:
    """The job's row after the transition; nobody owns it any more."""
    band = transition.band
    return replace(
        job,
        state=transition.state,
        flow=job.flow if band is job.flow.band else Flow(job.flow.tenant, band),
        run_at=transition.run_at,
        failures=transition.failures,
        losses=transition.losses,
        suspect=transition.suspect,
        begun=False,
        owner=None,
        result_key=transition.result_key,
        problem=transition.problem,
    )


def pages_read(outcome: PagesRead, at: Situation) -> Transition:
    """Edge c for a plan or range: its pages count as done, and what it could not read becomes further ranges (edge a).

    A range that has its models and defers pages nevertheless would go on for ever: that is a defect of ours.
    """
    if outcome.deferred and at.job.kind is JobKind.PAGES and at.job.pool is Pool.MODEL:
        problem = Problem("internal_error", "Pages were put off by a job that has the models for them")
        return failed(Failed(fault=Fault.DEFECT, problem=problem), at)
    wanted = selected_pages(at.spec.options.pages, outcome.page_count)
    unseen = [number for number in wanted if number > outcome.read_to] if at.job.kind is JobKind.PLAN else []
    later, deferred = page_ranges(unseen), model_ranges(outcome.deferred, at.pace.model_page_seconds)
    return _transition(
        at,
        "c",
        JobState.DONE,
        AttemptEnd.DONE,
        result_key=outcome.result_key,
        follow_ups=_fan_out(later, deferred, at),
        when_last=assemble_job(at.spec, at.task.arrived_at, len(wanted)),
        pages_done=outcome.pages_read,
        pages_total=len(wanted),
        garbage=False,
    )


def _fan_out(text: tuple[PageRange, ...], model: tuple[PageRange, ...], at: Situation) -> tuple[NewJob, ...]:
    if not text and not model:
        return ()
    arrived_at = at.task.arrived_at
    before = work_through(at.job, arrived_at)
    text_jobs = range_jobs(text, Pool.TEXT, at.spec, arrived_at, before, at.pace)
    before += sum(job.cost_seconds for job in text_jobs) + _open_seconds_before(at)
    return text_jobs + range_jobs(model, Pool.MODEL, at.spec, arrived_at, before, at.pace)


def _open_seconds_before(at: Situation) -> float:
    # Other ranges of a long scan defer their pages, too: without this, all of them would get the same ranks.
    pages_before = len(selected_pages(at.spec.options.pages, at.job.first_page - 1))
    return max(0, pages_before - at.task.pages_done) * at.pace.model_page_seconds


def document_ready(outcome: DocumentReady, at: Situation) -> Transition:
    """Edge c for the job that made the document: the task succeeds, partially if pages are missing; g if all of them are."""
    if 0 < outcome.page_count <= outcome.failed_pages:
        unreadable = CATALOGUE["unreadable"]
        return dead(Problem(unreadable.code, unreadable.title, unreadable.hint), at)
    partial = outcome.failed_pages > 0
    return _transition(
        at,
        "c",
        JobState.DONE,
        AttemptEnd.DONE,
        result_key=outcome.result_key,
        pages_done=outcome.page_count - outcome.failed_pages - at.task.pages_done,
        pages_total=outcome.page_count,
        task=TaskChange(state=TaskState.SUCCEEDED, result_key=outcome.result_key, partial=partial),
        garbage=False,
    )


def failed(outcome: Failed, at: Situation) -> Transition:
    """Edges d and g: a document's own error ends the job, a transient one waits, a lack of resources is a loss."""
    page, page_count = outcome.problem.page, outcome.page_count
    if outcome.fault in (Fault.RESOURCE, Fault.LOST):
        loss = Lost(cause=LossCause.CRASH, begun=True, alone=at.job.suspect, page=page, page_count=page_count)
        return lost(loss, at, outcome.problem)
    failures = at.job.failures + 1
    if failures <= at.policy.failures_allowed(outcome.fault) and at.job.attempt < at.policy.attempts:
        return backed_off(outcome, failures, at)
    if at.spec.options.error_handling is ErrorHandling.CONTINUE and _can_split(at, page, page_count):
        ended = split(page, page_count, at.job.losses, at)
        return replace(ended, end=AttemptEnd.FAILED, failures=failures, problem=outcome.problem)
    return replace(dead(outcome.problem, at), failures=failures)


def backed_off(outcome: Failed, failures: int, at: Situation) -> Transition:
    """Edge d: the job waits its backoff in the retry lane."""
    delay = at.policy.delay_seconds(failures, at.jitter, outcome.retry_after)
    return _transition(
        at,
        "d",
        JobState.DELAYED,
        AttemptEnd.FAILED,
        failures=failures,
        band=Band.RETRY,
        run_at=at.now + delay,
        problem=outcome.problem,
    )


def given_back(outcome: GivenBack, at: Situation) -> Transition:
    """Edge e: nothing is counted; the job waits only if what it depends on is down."""
    if outcome.delay_seconds <= 0:
        return _transition(at, "e", JobState.READY, AttemptEnd.GIVEN_BACK)
    run_at = at.now + outcome.delay_seconds
    problem = Problem("storage_unavailable", outcome.reason)
    return _transition(at, "e", JobState.DELAYED, AttemptEnd.GIVEN_BACK, run_at=run_at, problem=problem)


def lost(outcome: Lost, at: Situation, problem: Problem | None = None) -> Transition:
    """Edges f, g and s: a worker died over the job. Only a loss alone convicts the file, and a node's death never does.

    `problem` is what is known of the loss; by default what its cause tells.
    """
    problem = problem or conviction(outcome)
    by_itself = outcome.begun and outcome.cause is not LossCause.NODE
    convicts = by_itself and outcome.alone
    losses = at.job.losses + convicts
    if at.job.attempt >= at.policy.attempts:
        return _quarantined(replace(problem, code="attempts_used_up"), losses, at)
    if not outcome.begun:
        return _transition(at, "f", JobState.READY, AttemptEnd.LOST)
    if by_itself and _can_split(at, outcome.page, outcome.page_count):
        return replace(split(outcome.page, outcome.page_count, losses, at), problem=problem)
    if convicts and losses >= at.policy.lone_losses:
        return _quarantined(problem, losses, at)
    return _transition(at, "f", JobState.READY, AttemptEnd.LOST, losses=losses, suspect=True, problem=problem)


def _quarantined(problem: Problem, losses: int, at: Situation) -> Transition:
    return replace(dead(problem, at), end=AttemptEnd.LOST, losses=losses)


def conviction(outcome: Lost) -> Problem:
    """What a file is told when its worker died over it, with the evidence."""
    code = {LossCause.MEMORY: "out_of_memory", LossCause.DEADLINE: "page_timeout"}.get(outcome.cause, "crashed")
    entry = CATALOGUE[code]
    where = f" (page {outcome.page})" if outcome.page else ""
    return Problem(code, f"{entry.title}{where}", entry.hint, outcome.page, outcome.evidence)


def _can_split(at: Situation, page: int, page_count: int) -> bool:
    pages = pages_of(at.job, at.spec.options, page_count)
    return page in pages and len(pages) > 1


def split(page: int, page_count: int, losses: int, at: Situation) -> Transition:
    """Edge s: the ranges before, at and after `page` take the job's place; the page in the middle is the suspect.

    `page_count` is the file's and matters only for a plan, whose range is the whole file.
    """
    pages = pages_of(at.job, at.spec.options, page_count)
    before, after = pages[: pages.index(page)], pages[pages.index(page) + 1 :]
    suspect, *innocent = range_jobs(
        (PageRange(page, page, 1), *page_ranges(before), *page_ranges(after)),
        at.job.pool,
        at.spec,
        at.task.arrived_at,
        max(0.0, work_through(at.job, at.task.arrived_at) - at.job.cost_seconds),
        at.pace,
    )
    return _transition(
        at,
        "s",
        JobState.SPLIT,
        AttemptEnd.LOST,
        losses=losses,
        follow_ups=(*innocent, replace(suspect, suspect=True, losses=losses)),
        pages_total=len(pages) if at.job.kind is JobKind.PLAN else None,
    )


def dead(problem: Problem, at: Situation) -> Transition:
    """Edge g: the job is over. A range may be left out if the user said so; anything else ends the task."""
    left_out = at.job.kind is JobKind.PAGES and at.spec.options.error_handling is ErrorHandling.CONTINUE
    page = problem.page or (at.job.first_page if at.job.page_count == 1 else 0)
    named = replace(problem, page=page)
    last = assemble_job(at.spec, at.task.arrived_at, at.task.pages_total)
    return _transition(
        at,
        "g",
        JobState.DEAD,
        AttemptEnd.FAILED,
        problem=named,
        when_last=last if left_out else None,
        task=None if left_out else TaskChange(state=TaskState.FAILED, problem=named),
        cancel_rest=not left_out,
    )


def _transition(at: Situation, edge: str, state: JobState, end: AttemptEnd, **changes: Any) -> Transition:
    job = at.job
    unchanged = Transition(
        edge=edge,
        state=state,
        end=end,
        failures=job.failures,
        losses=job.losses,
        suspect=job.suspect,
        band=job.flow.band,
    )
    return replace(unchanged, **changes)
