"""Running a task again: what is finished and reads the same is adopted, the rest begins anew, and nothing is done twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pagemill.domain.cost import Pace
from pagemill.domain.errors import Fault
from pagemill.domain.options import ChunkOptions, ErrorHandling, OcrMode
from pagemill.domain.outcome import DocumentReady, Outcome
from pagemill.domain.revision import needs_new_revision, revise
from pagemill.domain.task import Job, JobKind, JobState, TaskSpec, TaskState
from tests.domain.interpreter import Journey, Worker, by_rank, no_harm, run_to_end
from tests.domain.strategies import ARRIVED_AT, a_failure, a_job, a_spec, a_task

PACE = Pace()
OTHER_CHUNKS = {"chunks": ChunkOptions(target=100)}
OTHER_READING = ({"ocr": OcrMode.ALWAYS}, {"pages": "1-4"}, {"languages": ("de",)}, {"page_images": True})


def scan(pages: int = 30) -> Worker:
    return Worker(pages, frozenset(range(1, pages + 1, 2)), plan_pages=1_000)


def whole(worker: Worker | None = None, **options: object) -> Journey:
    """A task that succeeded."""
    journey = Journey(a_spec(**options), worker or scan())
    run_to_end(journey, no_harm, by_rank)
    assert journey.task.state is TaskState.SUCCEEDED
    return journey


def partial(bad_page: int = 7) -> Journey:
    """A task of which one page could not be read."""
    journey = Journey(a_spec(error_handling=ErrorHandling.CONTINUE), scan())

    def fate(now: Journey, job: Job) -> Outcome | None:
        on_it = bad_page in now.worker.pages_read(job, now.spec.options)
        return a_failure(Fault.DOCUMENT, page=bad_page) if job.kind is JobKind.PAGES and on_it else None

    run_to_end(journey, fate, by_rank)
    assert (journey.task.state, journey.task.partial) == (TaskState.SUCCEEDED, True)
    return journey


def small_file() -> Journey:
    """A task whose plan finished the document itself."""
    journey = Journey(a_spec(), Worker(3, frozenset(), plan_pages=1_000))
    plan = journey.claim(journey.live()[0])
    journey.settle(plan, DocumentReady(result_key="key/", page_count=3))
    return journey


def ready(journey: Journey) -> list[tuple[JobKind, int, int]]:
    return [(job.kind, job.first_page, job.last_page) for job in journey.live()]


# ---------------------------------------------------------------------------------------------------- whether there is one


@pytest.mark.parametrize("state", TaskState)
@pytest.mark.parametrize("is_partial", [False, True])
def test_a_retry_changes_only_what_is_over_and_not_whole(state: TaskState, is_partial: bool) -> None:
    task = a_task(state=state, partial=is_partial and state is TaskState.SUCCEEDED)
    again = state in (TaskState.FAILED, TaskState.CANCELLED) or (state is TaskState.SUCCEEDED and is_partial)
    assert needs_new_revision(task, new_options=False) == again
    assert needs_new_revision(task, new_options=True)


def test_a_retry_that_is_asked_for_twice_begins_once() -> None:
    journey = whole()
    journey.run_again()
    assert journey.task.revision == 1
    journey = partial()
    journey.run_again()
    journey.run_again()
    assert journey.task.revision == 2


# -------------------------------------------------------------------------------------------------------- what is adopted


def test_a_partial_success_runs_only_its_failed_page_again_and_then_assembles() -> None:
    journey = partial(bad_page=7)
    journey.run_again()
    assert ready(journey) == [(JobKind.PAGES, 7, 7)]
    assert (journey.task.pages_done, journey.task.pages_total) == (29, 30)
    ran: list[JobKind] = []

    def fate(_now: Journey, job: Job) -> None:
        ran.append(job.kind)

    run_to_end(journey, fate, by_rank)
    assert ran == [JobKind.PAGES, JobKind.ASSEMBLE]
    assert (journey.task.state, journey.task.partial, journey.task.pages_done) == (TaskState.SUCCEEDED, False, 30)


def test_new_chunks_of_a_fanned_out_file_run_assemble_alone() -> None:
    journey = whole()
    journey.run_again(a_spec(**OTHER_CHUNKS))
    assert [kind for kind, _, _ in ready(journey)] == [JobKind.ASSEMBLE]
    run_to_end(journey, no_harm, by_rank)
    journey.run_again(a_spec())
    assert [kind for kind, _, _ in ready(journey)] == [JobKind.ASSEMBLE]


def test_an_assemble_that_failed_is_all_that_runs_again() -> None:
    journey = Journey(a_spec(), Worker(12, frozenset(), plan_pages=1_000))

    def fate(_now: Journey, job: Job) -> Outcome | None:
        return a_failure(Fault.DOCUMENT) if job.kind is JobKind.ASSEMBLE else None

    run_to_end(journey, fate, by_rank)
    assert journey.task.state is TaskState.FAILED
    journey.run_again()
    assert [kind for kind, _, _ in ready(journey)] == [JobKind.ASSEMBLE]


@pytest.mark.parametrize("options", OTHER_READING)
def test_nothing_is_adopted_when_the_pages_would_read_differently(options: dict[str, object]) -> None:
    journey = whole()
    journey.run_again(a_spec(**options))
    assert ready(journey) == [(JobKind.PLAN, 0, 0)]
    assert len(journey.latest()) == 1
    assert (journey.task.pages_done, journey.task.pages_total) == (0, 0)


def test_nothing_is_adopted_from_another_file() -> None:
    journey = whole()
    journey.run_again(replace(a_spec(), input_sha256="cd" * 32))
    assert ready(journey) == [(JobKind.PLAN, 0, 0)]


def test_a_small_file_is_planned_anew_because_its_pages_were_never_kept() -> None:
    journey = small_file()
    journey.run_again(a_spec(**OTHER_CHUNKS))
    assert ready(journey) == [(JobKind.PLAN, 0, 0)]


def test_a_task_that_was_cancelled_before_its_plan_ran_is_planned() -> None:
    journey = Journey(a_spec(), scan())
    journey.cancel()
    journey.run_again()
    assert ready(journey) == [(JobKind.PLAN, 0, 0)]


@given(st.data())
def test_finished_jobs_are_adopted_and_unfinished_ones_are_ready_anew(data: st.DataObject) -> None:
    journey = Journey(a_spec(), scan())
    for _ in range(data.draw(st.integers(1, 9))):
        job = journey.claim(data.draw(st.sampled_from(journey.live())))
        journey.settle(job, journey.worker.work(journey, job))
        if journey.task.state.terminal:
            return
    before = [job for job in journey.latest() if job.kind is not JobKind.ASSEMBLE]
    journey.cancel()
    journey.run_again()
    after = {(job.kind, job.first_page, job.last_page): job for job in journey.latest()}
    for old in before:
        new = after[(old.kind, old.first_page, old.last_page)]
        done = old.state is JobState.DONE
        assert (new.state, new.result_key) == ((JobState.DONE, old.result_key) if done else (JobState.READY, ""))
        assert (new.attempt, new.failures, new.losses) == (0, 0, 0)


def test_a_suspect_stays_one_but_begins_with_a_clean_budget() -> None:
    page = a_job(first_page=7, last_page=7, state=JobState.DEAD, suspect=True, losses=2, input_hash=reading(a_spec()))
    revision = revise([page], a_task(pages_total=30), a_spec(), ARRIVED_AT, PACE)
    assert [(job.suspect, job.losses, job.state) for job in revision.jobs] == [(True, 0, JobState.READY)]


def reading(spec: TaskSpec) -> str:
    return Journey(spec, scan()).jobs[1].input_hash


def test_only_the_present_revision_counts() -> None:
    journey = whole()
    journey.run_again(a_spec(**OTHER_CHUNKS))
    run_to_end(journey, no_harm, by_rank)
    everything = list(journey.jobs.values())
    revision = revise(everything, journey.task, a_spec(), ARRIVED_AT, PACE)
    assert len(revision.jobs) == len([job for job in everything if job.revision == 2])


def test_new_options_on_a_live_task_keep_what_it_has_read() -> None:
    journey = Journey(a_spec(), scan())
    for _ in range(3):
        job = journey.claim(by_rank(journey.live()))
        journey.settle(job, journey.worker.work(journey, job))
    unfinished = ready(journey)
    journey.run_again(a_spec(**OTHER_CHUNKS))
    assert ready(journey) == unfinished
    run_to_end(journey, no_harm, by_rank)
    assert journey.task.pages_done == journey.task.pages_total == 30
