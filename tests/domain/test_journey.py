"""Whole journeys: whatever happens to its attempts, a task ends once, with a result or a problem, and its counts are right."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pagemill.domain.errors import Fault, Problem
from pagemill.domain.options import ErrorHandling
from pagemill.domain.outcome import Failed, GivenBack, LossCause, Lost, Outcome
from pagemill.domain.task import Job, JobKind, JobState, TaskState
from tests.domain.interpreter import Journey, Worker, by_rank, no_harm, run_to_end
from tests.domain.strategies import SEVERAL_PAGES, a_failure, a_spec, failures, losses, returns


def assert_counts_are_right(journey: Journey) -> None:
    assert journey.task.open_jobs == len(journey.live())
    assert 0 <= journey.task.pages_done <= max(journey.task.pages_total, 0)
    for revision in {job.revision for job in journey.jobs.values()}:
        jobs = [job for job in journey.jobs.values() if job.revision == revision]
        assert sum(job.kind is JobKind.ASSEMBLE for job in jobs) <= 1


def assert_over(journey: Journey) -> None:
    task = journey.task
    assert task.state.terminal
    assert journey.live() == []
    assert_counts_are_right(journey)
    match task.state:
        case TaskState.SUCCEEDED:
            assert task.result_key
            assert task.problem is None
        case TaskState.FAILED:
            assert task.problem is not None


@st.composite
def files(draw: st.DrawFn) -> Worker:
    """A file of up to 700 pages of which some need models, read by a plan that may stop early."""
    page_count = draw(st.integers(6, 40) | st.integers(500, 700))
    scans = draw(st.sets(st.integers(1, page_count), max_size=12))
    return Worker(page_count, frozenset(scans), draw(st.sampled_from((5, 300, 1_000))))


@st.composite
def journeys(draw: st.DrawFn) -> Journey:
    spec = a_spec(pages=draw(SEVERAL_PAGES), error_handling=draw(st.sampled_from(ErrorHandling)))
    return Journey(spec, draw(files()))


def harm(journey: Journey) -> st.SearchStrategy[Outcome]:
    """Anything that can go wrong; who knows the file's page count tells the truth about it."""
    page_count = st.sampled_from((0, journey.worker.page_count))
    told = st.builds(lambda outcome, count: replace(outcome, page_count=count), failures() | losses(), page_count)
    return told | returns()


def chosen(data: st.DataObject) -> Callable[[list[Job]], Job]:
    return lambda jobs: data.draw(st.sampled_from(jobs))


@settings(max_examples=100)
@given(journeys(), st.data())
def test_whatever_happens_a_task_ends_once_with_a_result_or_a_problem(journey: Journey, data) -> None:
    troubles = data.draw(st.integers(0, 60))

    def fate(now: Journey, job: Job) -> Outcome | None:
        nonlocal troubles
        assert_counts_are_right(now)
        if troubles == 0 or data.draw(st.booleans()):
            return None
        troubles -= 1
        return data.draw(harm(now))

    run_to_end(journey, fate, chosen(data))
    assert_over(journey)


@settings(max_examples=100)
@given(journeys(), st.data())
def test_every_page_that_was_asked_for_is_in_the_result_exactly_once(journey: Journey, data) -> None:

    def fate(_now: Journey, job: Job) -> Outcome | None:
        innocent = Lost(cause=LossCause.NODE, begun=True, alone=False)
        return data.draw(st.sampled_from((None, None, None, innocent))) if job.attempt < 10 else None

    run_to_end(journey, fate, chosen(data))
    delivered = [page for pages in journey.results.values() for page in pages]
    assert sorted(delivered) == sorted(journey.worker.wanted(journey.spec.options))
    assert (journey.task.state, journey.task.partial) == (TaskState.SUCCEEDED, False)
    assert journey.task.pages_done == journey.task.pages_total == len(delivered)
    assert journey.edges["g"] == 0


@settings(max_examples=100)
@given(journeys())
def test_assemble_runs_once_and_only_when_everything_is_in(journey: Journey) -> None:
    seen = []

    def fate(now: Journey, job: Job) -> None:
        if job.kind is JobKind.ASSEMBLE:
            seen.append(job)
            assert [other.id for other in now.live()] == [job.id]

    run_to_end(journey, fate, by_rank)
    assert len(seen) == 1


def poisoned(page: int, cause: LossCause, page_count: int) -> Callable[[Journey, Job], Outcome | None]:
    """A page that kills whoever reads it; a worker on more than one page says which it was."""

    def fate(now: Journey, job: Job) -> Outcome | None:
        last = page_count if job.kind is JobKind.PLAN else job.last_page
        if job.first_page <= page <= last:
            return Lost(cause=cause, begun=True, alone=job.suspect, page=page, page_count=page_count)
        return None

    return fate


@pytest.mark.parametrize("scanned", [False, True])
@pytest.mark.parametrize("cause", [LossCause.CRASH, LossCause.MEMORY, LossCause.DEADLINE])
@pytest.mark.parametrize("page", [1, 250, 500])
def test_a_page_that_kills_its_worker_costs_only_itself_if_errors_are_continued(page, cause, scanned) -> None:
    worker = Worker(500, frozenset({249, 250, 251} if scanned else ()), 1_000)
    journey = Journey(a_spec(error_handling=ErrorHandling.CONTINUE), worker)
    run_to_end(journey, poisoned(page, cause, 500), by_rank)
    dead = [job for job in journey.jobs.values() if job.state is JobState.DEAD]
    assert [(job.first_page, job.last_page) for job in dead] == [(page, page)]
    assert (journey.task.state, journey.task.partial) == (TaskState.SUCCEEDED, True)
    assert journey.task.pages_done == 499


def test_a_page_that_kills_its_worker_fails_the_task_and_is_named_otherwise() -> None:
    journey = Journey(a_spec(error_handling=ErrorHandling.FAIL), Worker(500, frozenset(), 1_000))
    run_to_end(journey, poisoned(250, LossCause.CRASH, 500), by_rank)
    assert journey.task.state is TaskState.FAILED
    assert journey.task.problem is not None
    assert (journey.task.problem.code, journey.task.problem.page) == ("crashed", 250)
    assert {job.state for job in journey.jobs.values()} <= {
        JobState.SPLIT,
        JobState.DEAD,
        JobState.CANCELLED,
        JobState.DONE,
    }


def test_if_no_page_can_be_read_the_task_fails_even_if_errors_are_continued() -> None:
    journey = Journey(a_spec(error_handling=ErrorHandling.CONTINUE), Worker(12, frozenset(range(1, 13)), 1_000))

    def fate(_now: Journey, job: Job) -> Outcome | None:
        return a_failure(Fault.DOCUMENT) if job.kind is JobKind.PAGES else None

    run_to_end(journey, fate, by_rank)
    assert journey.task.state is TaskState.FAILED
    assert journey.task.problem is not None
    assert journey.task.problem.code == "unreadable"


def test_a_page_with_an_error_is_left_out_of_its_plan_if_errors_are_continued() -> None:
    journey = Journey(a_spec(error_handling=ErrorHandling.CONTINUE), Worker(9, frozenset(), 1_000))
    torn = Failed(fault=Fault.DOCUMENT, problem=Problem("corrupt_file", "Page 4 is torn", page=4), page_count=9)

    def fate(_now: Journey, job: Job) -> Outcome | None:
        return torn if job.kind is JobKind.PLAN or job.first_page <= 4 <= job.last_page else None

    run_to_end(journey, fate, by_rank)
    assert (journey.task.state, journey.task.partial, journey.task.pages_done) == (TaskState.SUCCEEDED, True, 8)
    assert sorted(page for pages in journey.results.values() for page in pages) == [1, 2, 3, 5, 6, 7, 8, 9]


def test_a_service_that_stops_again_and_again_fails_no_task() -> None:
    journey = Journey(a_spec(), Worker(9, frozenset({3}), 1_000))

    def fate(_now: Journey, job: Job) -> Outcome | None:
        return GivenBack(reason="the node is stopping") if job.attempt < 50 else None

    run_to_end(journey, fate, by_rank)
    assert journey.task.state is TaskState.SUCCEEDED


@settings(max_examples=100)
@given(journeys(), st.data())
def test_cancel_and_retry_at_odd_moments_end_in_the_whole_result(journey: Journey, data) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        for _ in range(data.draw(st.integers(0, 8))):
            if not journey.task.state.terminal:
                job = journey.claim(data.draw(st.sampled_from(journey.live())))
                journey.settle(job, data.draw(st.none() | harm(journey)) or journey.worker.work(journey, job))
            assert_counts_are_right(journey)
        journey.cancel()
        assert_over(journey)
        journey.run_again()
        assert_counts_are_right(journey)
    run_to_end(journey, no_harm, by_rank)
    delivered = [page for job in journey.latest() for page in journey.results.get(job.id, ())]
    assert sorted(delivered) == sorted(journey.worker.wanted(journey.spec.options))
    assert (journey.task.state, journey.task.partial) == (TaskState.SUCCEEDED, False)


def test_a_late_answer_of_a_cancelled_attempt_finds_a_terminal_row() -> None:
    journey = Journey(a_spec(), Worker(9, frozenset(), 1_000))
    job = journey.claim(journey.live()[0])
    journey.cancel()
    assert journey.jobs[job.id] == replace(job, state=JobState.CANCELLED, owner=None)
    assert journey.jobs[job.id].state.terminal
