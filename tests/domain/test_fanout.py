"""One document, many jobs: every page in exactly one of them, and ranks that let short files pass."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pagemill.domain.cost import Pace
from pagemill.domain.fanout import (
    PLAN_PAGES,
    RANK_PER_SECOND,
    TEXT_RANGE_PAGES,
    PageRange,
    assemble_job,
    model_ranges,
    page_ranges,
    pages_of,
    plan_job,
    plan_pool,
    range_jobs,
    text_ranges,
)
from pagemill.domain.load import HORIZON_SECONDS
from pagemill.domain.options import Mode, OcrMode, Options, selected_pages
from pagemill.domain.task import Flow, Job, JobKind, JobState, NewJob, Pool
from tests.domain.interpreter import Journey, Worker, by_rank, no_harm, run_to_end
from tests.domain.node import Node
from tests.domain.strategies import ARRIVED_AT, SEVERAL_PAGES, a_job, a_spec, row

PACE = Pace()
RISING_PAGES = st.sets(st.integers(1, 5_000), max_size=300).map(sorted)
LONGEST_RANGE_SECONDS = 5.0


# --------------------------------------------------------------------------------------------------------------- ranges


@given(RISING_PAGES, st.floats(0.01, 60) | st.just(float("nan")))
def test_ranges_hold_each_deferred_page_once_and_rise(deferred: list[int], page_seconds: float) -> None:
    ranges = model_ranges(deferred, page_seconds)
    held = [page for part in ranges for page in deferred if part.first <= page <= part.last]
    assert held == deferred
    assert sum(part.pages for part in ranges) == len(deferred)
    assert all(before.last < after.first for before, after in pairwise(ranges))
    assert {end for part in ranges for end in (part.first, part.last)} <= set(deferred)


@given(st.floats(0.05, 2.3))
def test_a_model_range_is_two_to_five_predicted_seconds(page_seconds: float) -> None:
    first, *_ = model_ranges(range(1, 1_000), page_seconds)
    assert 2.0 <= first.pages * page_seconds <= LONGEST_RANGE_SECONDS


@given(st.floats(3.5, 10_000))
def test_a_slow_page_is_a_range_of_its_own(page_seconds: float) -> None:
    assert model_ranges((4, 9), page_seconds) == (PageRange(4, 4, 1), PageRange(9, 9, 1))


@given(st.integers(1, 20_000), st.integers(0, 20_000))
def test_text_ranges_hold_every_page_once(first: int, last: int) -> None:
    ranges = text_ranges(first, last)
    assert [page for part in ranges for page in range(part.first, part.last + 1)] == list(range(first, last + 1))
    assert all(part.pages == part.last - part.first + 1 <= TEXT_RANGE_PAGES for part in ranges)


@pytest.mark.parametrize(
    ("first", "last", "ranges"),
    [
        (1, 0, ()),
        (5, 4, ()),
        (1, 1, (PageRange(1, 1, 1),)),
        (1, 250, (PageRange(1, 250, 250),)),
        (1, 251, (PageRange(1, 250, 250), PageRange(251, 251, 1))),
    ],
)
def test_text_ranges_at_their_edges(first: int, last: int, ranges: tuple[PageRange, ...]) -> None:
    assert text_ranges(first, last) == ranges


@given(RISING_PAGES, st.integers(1, 50))
def test_scattered_pages_are_cut_by_their_number_not_by_their_span(pages: list[int], most: int) -> None:
    ranges = page_ranges(pages, most)
    assert len(ranges) == -(-len(pages) // most)
    assert [page for part in ranges for page in pages if part.first <= page <= part.last] == pages


@given(SEVERAL_PAGES, st.integers(1, 900))
def test_a_plan_is_about_what_was_asked_for_and_assemble_about_no_page(selection: str, page_count: int) -> None:
    options = Options(pages=selection)
    assert pages_of(a_job(JobKind.PLAN), options, page_count) == selected_pages(selection, page_count)
    assert pages_of(a_job(JobKind.ASSEMBLE), options, page_count) == ()


@given(SEVERAL_PAGES, st.integers(1, 600), st.integers(0, 250))
def test_a_range_is_about_the_wanted_pages_inside_it(selection: str, first: int, more: int) -> None:
    job = a_job(first_page=first, last_page=first + more)
    wanted = [page for page in selected_pages(selection, 1_000) if first <= page <= first + more]
    assert list(pages_of(job, Options(pages=selection), 0)) == wanted


@settings(max_examples=30)
@given(SEVERAL_PAGES, st.integers(300, 3_000), st.sets(st.integers(1, 3_000), max_size=40))
def test_what_a_plan_leaves_is_fanned_out_without_gap_or_overlap(selection, page_count, scans) -> None:
    journey = Journey(a_spec(pages=selection), Worker(page_count, frozenset(scans), plan_pages=PLAN_PAGES))
    plan = journey.claim(journey.live()[0])
    read = journey.worker.work(journey, plan)
    journey.settle(plan, read)
    text = [job for job in journey.live() if job.kind is JobKind.PAGES and job.pool is Pool.TEXT]
    models = [job for job in journey.live() if job.pool is Pool.MODEL]
    wanted = selected_pages(selection, page_count)
    seen = [page for job in text for page in pages_of(job, journey.spec.options, 0)]
    assert seen == [page for page in wanted if page > PLAN_PAGES]
    assert sorted(page for job in models for page in journey.worker.pages_read(job, journey.spec.options)) == [
        page for page in wanted if page in scans and page <= PLAN_PAGES
    ]


def test_pages_far_apart_do_not_become_jobs_about_the_pages_between() -> None:
    journey = Journey(a_spec(pages="1-3,15000-15010"), Worker(20_000, frozenset(), plan_pages=PLAN_PAGES))
    plan = journey.claim(journey.live()[0])
    journey.settle(plan, journey.worker.work(journey, plan))
    assert [(job.first_page, job.last_page) for job in journey.live()] == [(15_000, 15_010)]


# ---------------------------------------------------------------------------------------------------------------- pools


@pytest.mark.parametrize(
    ("media_type", "options", "pool"),
    [
        ("image/png", Options(), Pool.MODEL),
        ("image/jpeg", Options(ocr=OcrMode.ALWAYS), Pool.MODEL),
        ("image/png", Options(mode=Mode.FAST), Pool.TEXT),
        ("image/png", Options(ocr=OcrMode.NEVER), Pool.TEXT),
        ("application/pdf", Options(ocr=OcrMode.ALWAYS), Pool.TEXT),
    ],
)
def test_only_an_image_that_is_to_be_recognised_is_planned_with_models(media_type, options, pool) -> None:
    assert plan_pool(media_type, options) is pool


# ---------------------------------------------------------------------------------------------------------------- ranks


@given(RISING_PAGES, st.floats(0, 100), st.sampled_from(Pool))
def test_ranks_rise_within_a_document_by_ten_times_its_work(pages: list[int], before: float, pool: Pool) -> None:
    jobs = range_jobs(model_ranges(pages, 1.3), pool, a_spec(), ARRIVED_AT, before, PACE)
    work = before
    for job in jobs:
        work += job.cost_seconds
        assert job.rank == pytest.approx(ARRIVED_AT + RANK_PER_SECOND * work)


def test_what_is_begun_is_finished_first() -> None:
    plan, last = plan_job(a_spec(), ARRIVED_AT, PACE), assemble_job(a_spec(), ARRIVED_AT, 2_000)
    assert last.rank == ARRIVED_AT < plan.rank


def work_ranked_before(journey: Journey, rank: float) -> float:
    return sum(job.cost_seconds for job in journey.latest() if job.rank <= rank)


def test_a_long_scan_spreads_its_ranks_over_its_work_however_it_was_fanned_out() -> None:
    journey = Journey(a_spec(), Worker(6_000, frozenset(range(1, 6_001)), plan_pages=PLAN_PAGES))
    while text := [job for job in journey.live() if job.pool is Pool.TEXT]:
        job = journey.claim(by_rank(text))
        journey.settle(job, journey.worker.work(journey, job))
    assert sum(job.cost_seconds for job in journey.live()) > 7_000
    for seconds in (100, 1_000, 5_000):
        assert work_ranked_before(journey, ARRIVED_AT + RANK_PER_SECOND * seconds) < 1.1 * seconds


def test_a_task_that_runs_again_spreads_its_ranks_as_before() -> None:
    journey = Journey(a_spec(), Worker(900, frozenset(range(1, 901)), plan_pages=PLAN_PAGES))
    plan = journey.claim(journey.live()[0])
    journey.settle(plan, journey.worker.work(journey, plan))
    journey.cancel()
    journey.run_again()
    arrived_at = journey.task.arrived_at
    ready = sorted((job for job in journey.live()), key=lambda job: job.first_page)
    assert [job.rank for job in ready] == sorted(job.rank for job in ready)
    assert sum(job.cost_seconds for job in ready if job.rank <= arrived_at + 1_000) < 110


# ------------------------------------------------------------------------------------------------------ short behind long


def at_zero(new: NewJob, number: int, tenant: str = "acme") -> Job:
    """The row of a job whose task arrived at second 0 of the simulation, or later by what is added to its rank."""
    job = row(new, number, tenant)
    return replace(job, rank=job.rank - ARRIVED_AT, flow=Flow(tenant, new.band))


def long_file(pages: int, tenant: str = "acme", first_id: int = 1) -> tuple[Job, ...]:
    ranges = model_ranges(range(1, pages + 1), PACE.model_page_seconds)
    jobs = range_jobs(ranges, Pool.MODEL, a_spec(), ARRIVED_AT, 5.0, PACE)
    return tuple(at_zero(job, first_id + number, tenant) for number, job in enumerate(jobs))


def short_file(arrival: float, number: int, tenant: str = "acme") -> Job:
    spec = replace(a_spec(), input_bytes=100_000)
    job = at_zero(plan_job(spec, ARRIVED_AT, PACE), number, tenant)
    return replace(job, rank=job.rank + arrival, state=JobState.READY)


@settings(max_examples=30)
@given(st.integers(1, 8), st.floats(1, 300), st.sampled_from(("acme", "other")))
def test_a_short_file_behind_a_long_one_starts_within_a_horizon_of_the_next_free_slot(slots, arrival, tenant) -> None:
    node = Node(slots)
    node.add(*long_file(2_000))
    node.run_until(arrival)
    next_free = min(node.busy_until)
    node.add(short_file(arrival, 100_000, tenant))
    node.run_until(arrival + 60)
    assert node.started[100_000] <= next_free + HORIZON_SECONDS + LONGEST_RANGE_SECONDS
    assert next_free <= arrival + LONGEST_RANGE_SECONDS


@settings(max_examples=15)
@given(st.integers(1, 8), st.floats(0, 10))
def test_a_file_behind_another_tenants_ten_thousand_does_not_wait_for_them(slots: int, arrival: float) -> None:
    node = Node(slots)
    node.add(*(short_file(0.0, number, "hoarder") for number in range(10_000)))
    node.run_until(arrival)
    node.add(short_file(arrival, 100_000, "guest"))
    node.run_until(arrival + 3)
    assert node.started[100_000] - arrival <= HORIZON_SECONDS + 0.1


def test_a_long_file_is_finished_although_short_ones_never_stop_coming() -> None:
    node = Node(slots=1)
    long = long_file(30)
    node.add(*long)
    for second in range(700):
        node.run_until(float(second))
        node.add(*(short_file(float(second), 1_000 + 25 * second + number) for number in range(25)))
    assert all(job.id in node.started for job in long)


def test_a_journey_by_rank_reads_the_text_before_the_scans_of_the_same_file() -> None:
    journey = Journey(a_spec(), Worker(1_400, frozenset({3, 1_300}), plan_pages=PLAN_PAGES))
    order: list[Pool] = []

    def fate(_now: Journey, job: Job) -> None:
        order.append(job.pool)
        return no_harm(_now, job)

    run_to_end(journey, fate, by_rank)
    assert order == [Pool.TEXT, Pool.TEXT, Pool.TEXT, Pool.MODEL, Pool.MODEL, Pool.TEXT]
