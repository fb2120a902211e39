"""Tasks, jobs and outcomes to try the rules on: plain ones to name in an example, and strategies for all that can be reached."""

from typing import Any

from hypothesis import strategies as st

from pagemill.domain.errors import CATALOGUE, Evidence, Fault, Problem
from pagemill.domain.lifecycle import Situation
from pagemill.domain.options import ErrorHandling, Options, selected_pages
from pagemill.domain.outcome import DocumentReady, Failed, GivenBack, LossCause, Lost, Outcome, PagesRead
from pagemill.domain.task import Band, Flow, Job, JobKind, JobState, NewJob, Pool, Task, TaskSpec, TaskState

ARRIVED_AT = 1_700_000_000.0
NOW = ARRIVED_AT + 60.0
SEVERAL_PAGES = st.sampled_from(("", "", "", "2-5", "1-3,7,40-600", "1,3,5,7,9,11", "3"))


def a_spec(**options: Any) -> TaskSpec:
    return TaskSpec(
        task_id="task_1",
        revision=1,
        options=Options(**options),
        file_name="report.pdf",
        media_type="application/pdf",
        input_key="task_1/input/report.pdf",
        input_bytes=2_000_000,
        input_sha256="ab" * 32,
    )


def a_task(**fields: Any) -> Task:
    usual = {
        "id": "task_1",
        "tenant": "acme",
        "state": TaskState.RUNNING,
        "revision": 1,
        "open_jobs": 1,
        "created_at": ARRIVED_AT,
        "arrived_at": ARRIVED_AT,
        "deadline_at": ARRIVED_AT + 604_800,
    }
    return Task(**(usual | fields))


def row(new: NewJob, number: int, tenant: str = "acme", revision: int = 1) -> Job:
    """The row that the store makes of a new job."""
    return Job(
        id=number,
        task_id="task_1",
        revision=revision,
        kind=new.kind,
        pool=new.pool,
        flow=Flow(tenant, new.band),
        rank=new.rank,
        cost_seconds=new.cost_seconds,
        input_hash=new.input_hash,
        state=new.state,
        first_page=new.first_page,
        last_page=new.last_page,
        suspect=new.suspect,
        losses=new.losses,
        result_key=new.result_key,
    )


def a_job(kind: JobKind = JobKind.PAGES, **fields: Any) -> Job:
    """A running job; a range is pages 10 to 19 unless it is said otherwise."""
    pages = {"first_page": 10, "last_page": 19} if kind is JobKind.PAGES else {}
    usual = {
        "id": 7,
        "task_id": "task_1",
        "revision": 1,
        "kind": kind,
        "pool": Pool.TEXT,
        "flow": Flow("acme", Band.NORMAL),
        "rank": ARRIVED_AT + 20.0,
        "cost_seconds": 1.0,
        "input_hash": "same",
        "state": JobState.RUNNING,
        "attempt": 1,
        "begun": True,
        "owner": 3,
    }
    return Job(**(usual | pages | fields))


def a_situation(job: Job | None = None, *, jitter: float = 0.5, **options: Any) -> Situation:
    return Situation(job=job or a_job(), task=a_task(), spec=a_spec(**options), now=NOW, jitter=jitter)


def a_failure(fault: Fault, page: int = 0, retry_after: float | None = None, page_count: int = 0) -> Failed:
    code = next(entry.code for entry in CATALOGUE.values() if entry.fault is fault)
    problem = Problem(code, f"page {page} failed", page=page, evidence=Evidence(stage="read"))
    return Failed(fault=fault, problem=problem, retry_after=retry_after, page_count=page_count)


def a_loss(cause: LossCause = LossCause.CRASH, *, begun: bool = True, alone: bool = False, page: int = 0) -> Lost:
    return Lost(cause=cause, begun=begun, alone=alone, page=page, page_count=500 if page else 0)


@st.composite
def running_jobs(draw: st.DrawFn) -> Job:
    """Any running job that a task can have: its counters never exceed the attempts that were made before."""
    kind = draw(st.sampled_from(JobKind))
    first = draw(st.integers(1, 600)) if kind is JobKind.PAGES else 0
    last = first + draw(st.integers(0, 249)) if first else 0
    attempt = draw(st.integers(1, 25))
    failures = draw(st.integers(0, min(8, attempt - 1)))
    losses = draw(st.integers(0, min(2, attempt - failures)))
    return a_job(
        kind,
        pool=draw(st.sampled_from(Pool)) if kind is not JobKind.ASSEMBLE else Pool.TEXT,
        flow=Flow("acme", draw(st.sampled_from(Band))),
        rank=ARRIVED_AT + draw(st.floats(0, 10_000)),
        first_page=first,
        last_page=last,
        attempt=attempt,
        failures=failures,
        losses=losses,
        suspect=losses > 0 or draw(st.booleans()),
        begun=draw(st.booleans()),
    )


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    options = Options(pages=draw(SEVERAL_PAGES), error_handling=draw(st.sampled_from(ErrorHandling)))
    task = a_task(pages_done=draw(st.integers(0, 100)), pages_total=draw(st.integers(100, 900)))
    spec = a_spec(pages=options.pages, error_handling=options.error_handling)
    return Situation(
        job=draw(running_jobs()), task=task, spec=spec, now=NOW, jitter=draw(st.floats(0, 1, exclude_max=True))
    )


def failures() -> st.SearchStrategy[Failed]:
    return st.builds(
        a_failure,
        st.sampled_from(Fault),
        page=st.integers(0, 700),
        retry_after=st.none() | st.floats(0, 3_600),
        page_count=st.sampled_from((0, 1, 500)),
    )


def losses() -> st.SearchStrategy[Lost]:
    return st.builds(
        Lost,
        cause=st.sampled_from(LossCause),
        begun=st.booleans(),
        alone=st.booleans(),
        page=st.integers(0, 700),
        page_count=st.sampled_from((0, 1, 500)),
    )


def returns() -> st.SearchStrategy[GivenBack]:
    return st.builds(GivenBack, reason=st.just("stopping"), delay_seconds=st.sampled_from((0.0, 5.0)))


@st.composite
def successes(draw: st.DrawFn, at: Situation) -> PagesRead | DocumentReady:
    """What a worker may honestly say of this job when all went well."""
    if at.job.kind is JobKind.ASSEMBLE or (at.job.kind is JobKind.PLAN and draw(st.booleans())):
        return DocumentReady(
            result_key="key/", page_count=draw(st.integers(1, 500)), failed_pages=draw(st.integers(0, 3))
        )
    page_count = draw(st.integers(max(1, at.job.last_page), 3_000))
    wanted = selected_pages(at.spec.options.pages, page_count)
    read_to = draw(st.integers(1, page_count)) if at.job.kind is JobKind.PLAN else at.job.last_page
    looked_at = [page for page in wanted if at.job.first_page <= page <= read_to]
    deferred = sorted(draw(st.sets(st.sampled_from(looked_at)))) if looked_at and at.job.pool is Pool.TEXT else []
    return PagesRead(
        result_key="key/",
        page_count=page_count,
        read_to=read_to,
        pages_read=len(looked_at) - len(deferred),
        deferred=tuple(deferred),
    )


@st.composite
def attempts(draw: st.DrawFn) -> tuple[Situation, Outcome]:
    """A job that runs, and anything that can become of it."""
    at = draw(situations())
    return at, draw(failures() | losses() | returns() | successes(at))
