"""A store in memory and a worker that is honest: enough to follow a task from its submission to its end."""

from collections import Counter
from collections.abc import Callable

from msgspec.structs import replace

from pagemill.domain.cost import Pace
from pagemill.domain.fanout import pages_of, plan_job
from pagemill.domain.lifecycle import ALLOWED_EDGES, Situation, Transition, claimed, decide
from pagemill.domain.options import Options, selected_pages
from pagemill.domain.outcome import DocumentReady, Outcome, PagesRead
from pagemill.domain.revision import needs_new_revision, revise
from pagemill.domain.task import Flow, Job, JobKind, JobState, NewJob, Pool, Task, TaskSpec, TaskState
from tests.domain.strategies import a_task, row

PACE = Pace()


class Journey:
    """One task and its jobs, changed by transitions alone, the way every engine applies them."""

    def __init__(self, spec: TaskSpec, worker: "Worker") -> None:
        self.spec = spec
        self.worker = worker
        self.task: Task = a_task(state=TaskState.QUEUED, open_jobs=0)
        self.jobs: dict[int, Job] = {}
        self.edges: Counter[str] = Counter()
        self.results: dict[int, tuple[int, ...]] = {}
        self._insert((plan_job(spec, self.task.arrived_at, PACE),))

    def live(self) -> list[Job]:
        return [job for job in self.latest() if not job.state.terminal]

    def latest(self) -> list[Job]:
        """The jobs of the present revision."""
        return [job for job in self.jobs.values() if job.revision == self.task.revision]

    def claim(self, job: Job) -> Job:
        if job.state is JobState.DELAYED:
            job = replace(job, state=JobState.READY)
        self.jobs[job.id] = replace(claimed(job, owner=3), begun=True)
        self.task = replace(self.task, state=TaskState.RUNNING)
        return self.jobs[job.id]

    def settle(self, job: Job, outcome: Outcome, jitter: float = 0.5) -> Transition:
        at = Situation(job=job, task=self.task, spec=self.spec, now=self.task.arrived_at + 1, jitter=jitter, pace=PACE)
        transition = decide(outcome, at)
        assert (job.state, transition.state) in ALLOWED_EDGES[transition.edge]
        self.edges[transition.edge] += 1
        self._end_attempt(job, transition)
        self._change_task(transition)
        if isinstance(outcome, PagesRead) and transition.state is JobState.DONE:
            self.results[job.id] = self.worker.pages_read(job, self.spec.options)
        return transition

    def cancel(self) -> None:
        """Edge h for all that lives."""
        if not self.task.state.terminal:
            self._cancel_live()
            self.task = replace(self.task, state=TaskState.CANCELLED, open_jobs=0)

    def run_again(self, spec: TaskSpec | None = None) -> None:
        """A new revision, if running the task again would change anything."""
        if not needs_new_revision(self.task, new_options=spec is not None):
            return
        old, before = list(self.jobs.values()), self.task
        self._cancel_live()
        self.spec = spec or self.spec
        arrived_at = before.arrived_at + 1_000
        revision = revise(old, before, self.spec, arrived_at, PACE)
        self.task = a_task(
            state=TaskState.RUNNING,
            revision=before.revision + 1,
            arrived_at=arrived_at,
            open_jobs=0,
            pages_done=revision.pages_done,
            pages_total=revision.pages_total,
            result_key=before.result_key,
        )
        self._insert(revision.jobs)
        self._carry_results(old)

    def _carry_results(self, old: list[Job]) -> None:
        by_key = {job.result_key: self.results[job.id] for job in old if job.id in self.results}
        for job in self.latest():
            if job.state is JobState.DONE:
                self.results[job.id] = by_key[job.result_key]

    def _end_attempt(self, job: Job, transition: Transition) -> None:
        self.jobs[job.id] = replace(
            job,
            state=transition.state,
            flow=Flow(job.flow.tenant, transition.band),
            run_at=transition.run_at,
            failures=transition.failures,
            losses=transition.losses,
            suspect=transition.suspect,
            owner=None,
            result_key=transition.result_key,
            problem=transition.problem,
        )

    def _change_task(self, transition: Transition) -> None:
        total = self.task.pages_total if transition.pages_total is None else transition.pages_total
        self.task = replace(self.task, pages_done=self.task.pages_done + transition.pages_done, pages_total=total)
        if transition.state.terminal:
            self.task = replace(self.task, open_jobs=self.task.open_jobs - 1)
            self._insert(transition.follow_ups)
            if self.task.open_jobs == 0 and transition.when_last is not None:
                self._insert((transition.when_last,))
        if transition.cancel_rest:
            self._cancel_live()
        if change := transition.task:
            key = change.result_key or self.task.result_key
            self.task = replace(
                self.task, state=change.state, result_key=key, partial=change.partial, problem=change.problem
            )

    def _cancel_live(self) -> None:
        for job in self.live():
            self.jobs[job.id] = replace(job, state=JobState.CANCELLED, owner=None)
        self.task = replace(self.task, open_jobs=0)

    def _insert(self, new_jobs: tuple[NewJob, ...]) -> None:
        for new in new_jobs:
            number = len(self.jobs) + 1
            self.jobs[number] = row(new, number, revision=self.task.revision)
            self.task = replace(self.task, open_jobs=self.task.open_jobs + (not new.state.terminal))


class Worker:
    """Does honestly what a job asks: text pages in the text pool, the others in the model pool, and the document from both."""

    def __init__(self, page_count: int, model_pages: frozenset[int], plan_pages: int) -> None:
        self.page_count = page_count
        self.model_pages = model_pages
        self.plan_pages = plan_pages

    def work(self, journey: Journey, job: Job) -> Outcome:
        key = f"task_1/{job.revision}/{job.id}/{job.attempt}/"
        if job.kind is JobKind.ASSEMBLE:
            return self._assemble(journey, key)
        read = self.pages_read(job, journey.spec.options)
        others = tuple(page for page in self._pages_seen(job, journey.spec.options) if page not in read)
        return PagesRead(
            result_key=key,
            page_count=self.page_count,
            read_to=self._read_to(job),
            pages_read=len(read),
            deferred=others if job.pool is Pool.TEXT else (),
        )

    def pages_read(self, job: Job, options: Options) -> tuple[int, ...]:
        """The pages that are complete in the result of this plan or range."""
        seen = self._pages_seen(job, options)
        return tuple(page for page in seen if (page in self.model_pages) == (job.pool is Pool.MODEL))

    def _pages_seen(self, job: Job, options: Options) -> tuple[int, ...]:
        return pages_of(job, options, self._read_to(job))

    def _read_to(self, job: Job) -> int:
        return min(self.plan_pages, self.page_count) if job.kind is JobKind.PLAN else job.last_page

    def _assemble(self, journey: Journey, key: str) -> DocumentReady:
        wanted = self.wanted(journey.spec.options)
        there = {page for job in journey.latest() for page in journey.results.get(job.id, ())}
        return DocumentReady(result_key=key, page_count=len(wanted), failed_pages=len(wanted - there))

    def wanted(self, options: Options) -> set[int]:
        """The pages that the user asked for and the file has."""
        return set(selected_pages(options.pages, self.page_count))


Fate = Callable[[Journey, Job], Outcome | None]
"""What befalls an attempt instead of its work, None if nothing does."""


def run_to_end(journey: Journey, fate: Fate, choose: Callable[[list[Job]], Job], most: int = 5_000) -> None:
    """Claims and settles, one job at a time, until the task is over."""
    for _ in range(most):
        if journey.task.state.terminal:
            return
        job = journey.claim(choose(journey.live()))
        journey.settle(job, fate(journey, job) or journey.worker.work(journey, job))
    raise AssertionError("the task goes on for ever")


def no_harm(_journey: Journey, _job: Job) -> None:
    return None


def by_rank(jobs: list[Job]) -> Job:
    return min(jobs, key=lambda job: (job.rank, job.id))
