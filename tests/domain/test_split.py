"""A job lost on a known page: the parts that take its place hold its pages and nothing else, and only one is under suspicion."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pagemill.domain.errors import Fault
from pagemill.domain.fanout import TEXT_RANGE_PAGES, pages_of
from pagemill.domain.lifecycle import Situation, Transition, decide
from pagemill.domain.options import ErrorHandling
from pagemill.domain.outcome import LossCause, Lost
from pagemill.domain.task import AttemptEnd, JobKind, JobState, NewJob
from tests.domain.strategies import SEVERAL_PAGES, a_failure, a_job, a_situation, a_spec, a_task, row, situations


@st.composite
def split_jobs(draw: st.DrawFn) -> tuple[Situation, int, Transition]:
    """A plan or range of more than one page, a page of it, and what becomes of it when its worker dies there."""
    at = draw(situations())
    page_count = draw(st.integers(2, 2_000))
    kind = draw(st.sampled_from((JobKind.PLAN, JobKind.PAGES)))
    first = draw(st.integers(1, page_count - 1))
    last = draw(st.integers(first + 1, page_count))
    job = a_job(kind, rank=at.job.rank, suspect=draw(st.booleans()), losses=draw(st.integers(0, 2)))
    if kind is JobKind.PAGES:
        job = replace(job, first_page=first, last_page=last)
    at = replace(at, job=job, spec=a_spec(pages=draw(SEVERAL_PAGES), error_handling=at.spec.options.error_handling))
    pages = pages_of(job, at.spec.options, page_count)
    if len(pages) < 2:
        at = replace(at, spec=a_spec())
        pages = pages_of(job, at.spec.options, page_count)
    page = draw(st.sampled_from(pages))
    cause = draw(st.sampled_from((LossCause.CRASH, LossCause.MEMORY, LossCause.DEADLINE)))
    loss = Lost(cause=cause, begun=True, alone=job.suspect, page=page, page_count=page_count)
    return at, page_count, decide(loss, at)


def pages_in(new: NewJob, at: Situation, page_count: int) -> tuple[int, ...]:
    return pages_of(row(new, 1), at.spec.options, page_count)


@given(split_jobs())
def test_the_parts_hold_exactly_the_pages_of_the_whole(case: tuple[Situation, int, Transition]) -> None:
    at, page_count, transition = case
    assert (transition.edge, transition.state) == ("s", JobState.SPLIT)
    parts = [page for part in transition.follow_ups for page in pages_in(part, at, page_count)]
    assert sorted(parts) == list(pages_of(at.job, at.spec.options, page_count))


@given(split_jobs())
def test_only_the_page_in_the_middle_is_a_suspect(case: tuple[Situation, int, Transition]) -> None:
    at, _, transition = case
    suspects = [part for part in transition.follow_ups if part.suspect]
    assert [part.first_page == part.last_page for part in suspects] == [True]
    assert suspects[0].losses == transition.losses
    assert all(part.losses == 0 for part in transition.follow_ups if not part.suspect)
    assert all(part.pool is at.job.pool for part in transition.follow_ups)


@given(split_jobs())
def test_the_parts_do_not_jump_the_queue(case: tuple[Situation, int, Transition]) -> None:
    at, _, transition = case
    assert min(part.rank for part in transition.follow_ups) >= at.job.rank - 10 * at.job.cost_seconds - 0.001


@given(split_jobs())
def test_a_split_keeps_the_evidence_of_what_happened(case: tuple[Situation, int, Transition]) -> None:
    _, _, transition = case
    assert transition.problem is not None
    assert transition.problem.page in {part.first_page for part in transition.follow_ups}
    assert transition.end is AttemptEnd.LOST


@given(split_jobs())
def test_a_plan_that_was_split_has_told_how_many_pages_are_wanted(case: tuple[Situation, int, Transition]) -> None:
    at, page_count, transition = case
    wanted = len(pages_of(at.job, at.spec.options, page_count)) if at.job.kind is JobKind.PLAN else None
    assert transition.pages_total == wanted


@given(st.integers(-3, 40).filter(lambda page: not 10 <= page <= 19))
def test_a_page_that_is_not_the_jobs_splits_nothing(page: int) -> None:
    loss = Lost(cause=LossCause.CRASH, begun=True, alone=False, page=page, page_count=40)
    assert decide(loss, a_situation()).edge == "f"


def test_a_lost_plan_becomes_only_the_pages_that_were_asked_for() -> None:
    at = a_situation(a_job(JobKind.PLAN), pages="3-5,900")
    loss = Lost(cause=LossCause.CRASH, begun=True, alone=False, page=4, page_count=20_000)
    parts = decide(loss, at).follow_ups
    assert sorted((part.first_page, part.last_page) for part in parts) == [(3, 3), (4, 4), (5, 900)]


def test_a_single_page_is_not_split_but_suspected() -> None:
    loss = Lost(cause=LossCause.CRASH, begun=True, alone=False, page=12, page_count=40)
    assert decide(loss, a_situation(a_job(first_page=12, last_page=12))).edge == "f"
    only = Lost(cause=LossCause.CRASH, begun=True, alone=False, page=1, page_count=1)
    assert decide(only, a_situation(a_job(JobKind.PLAN))).edge == "f"


def test_a_suspect_that_inherited_its_losses_is_not_convicted_by_the_death_of_a_node() -> None:
    loss = Lost(cause=LossCause.CRASH, begun=True, alone=True, page=12, page_count=40)
    parts = decide(loss, a_situation(a_job(suspect=True, losses=1))).follow_ups
    suspect = replace(row(next(part for part in parts if part.suspect), 9), state=JobState.RUNNING, attempt=1)
    assert suspect.losses == 2
    node_death = Lost(cause=LossCause.NODE, begun=True, alone=True)
    assert decide(node_death, a_situation(suspect)).state is JobState.READY
    assert decide(replace(loss, page=12), a_situation(suspect)).state is JobState.DEAD


def test_an_error_on_a_known_page_costs_only_that_page_if_errors_are_continued() -> None:
    failure = a_failure(Fault.DOCUMENT, page=12)
    kept = decide(failure, a_situation(error_handling=ErrorHandling.CONTINUE))
    assert (kept.edge, kept.end, kept.failures, kept.problem) == ("s", AttemptEnd.FAILED, 1, failure.problem)
    assert decide(failure, a_situation(error_handling=ErrorHandling.FAIL)).edge == "g"


def test_the_parts_of_a_huge_file_are_no_longer_than_other_ranges() -> None:
    at = replace(a_situation(a_job(JobKind.PLAN)), task=a_task())
    loss = Lost(cause=LossCause.CRASH, begun=True, alone=False, page=10_000, page_count=20_000)
    parts = decide(loss, at).follow_ups
    assert len(parts) == 81
    assert max(part.last_page - part.first_page + 1 for part in parts) == TEXT_RANGE_PAGES
