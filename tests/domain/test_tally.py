"""Counts of ends: every end is counted once a grain, and what they say of times is close to the truth."""

import math
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pagemill.domain.errors import Problem
from pagemill.domain.tally import (
    GRAINS,
    HOUR_SECONDS,
    EndCount,
    FailureCount,
    duration_class,
    grouped,
    longest_of_class,
    span,
    summary,
    tallied,
)
from pagemill.domain.task import Task, TaskState

NOON = 1_800_000_000.0 - 1_800_000_000.0 % HOUR_SECONDS
CODES = ("corrupt_file", "crashed")
seconds = st.floats(0.0, 1e6)


@st.composite
def ended_tasks(draw) -> Task:
    state = draw(st.sampled_from([TaskState.SUCCEEDED, TaskState.FAILED, TaskState.CANCELLED]))
    finished_at = NOON + draw(st.integers(0, 2 * HOUR_SECONDS))
    return Task(
        id=f"task_{draw(st.integers(0, 10**6))}",
        tenant=draw(st.sampled_from(["acme", "globex"])),
        state=state,
        revision=1,
        open_jobs=0,
        created_at=0.0,
        arrived_at=finished_at - draw(seconds),
        deadline_at=0.0,
        pages_done=draw(st.integers(0, 9)),
        problem=Problem(draw(st.sampled_from(CODES)), "no") if state is TaskState.FAILED else None,
        finished_at=finished_at,
    )


@given(st.lists(ended_tasks()))
def test_every_end_is_counted_once_by_the_minute_and_once_by_the_hour(tasks):
    for grain in GRAINS:
        tallies = [tally for tally in tallied(tasks) if tally.grain_seconds == grain]
        assert sum(tally.tasks for tally in tallies) == len(tasks)
        assert sum(tally.pages for tally in tallies) == sum(task.pages_done for task in tasks)
        assert all(tally.start % grain == 0 and tally.start <= tally.last_at < tally.start + grain for tally in tallies)
        codes = Counter(task.problem.code if task.problem else "" for task in tasks)
        assert sum((Counter({tally.code: tally.tasks}) for tally in tallies), Counter()) == codes


@given(st.lists(ended_tasks()))
def test_no_two_counts_of_a_transaction_have_the_same_key(tasks):
    keys = [(t.grain_seconds, t.tenant, t.state, t.start, t.code, t.duration_class) for t in tallied(tasks)]
    assert len(keys) == len(set(keys))


@given(st.floats(0.06, 1e6))
def test_a_class_is_at_most_42_percent_longer_than_what_is_in_it(took):
    longest = longest_of_class(duration_class(took))
    assert took <= longest * 1.000_001
    assert longest <= took * math.sqrt(2) * 1.000_001


def test_a_task_that_arrived_after_its_end_by_a_stepped_clock_took_no_time():
    task = Task(
        id="t",
        tenant="acme",
        state=TaskState.CANCELLED,
        revision=1,
        open_jobs=0,
        created_at=0.0,
        arrived_at=NOON + 9,
        deadline_at=0.0,
        finished_at=NOON,
    )
    assert {(tally.seconds, tally.duration_class) for tally in tallied([task])} == {(0.0, 0)}


def test_short_times_are_looked_at_by_minutes_and_long_ones_by_hours_or_days():
    assert span(NOON + 61, NOON + 3_000) == span(NOON + 119, NOON + 3_000)
    assert span(NOON + 61, NOON + 3_000).start == NOON + 60
    assert span(NOON - 86_400 + 61, NOON).start == NOON - 86_400
    assert span(NOON - 10 * 86_400, NOON).start % 86_400 == 0


@given(st.lists(seconds, min_size=1, max_size=50))
def test_the_median_is_never_too_short_and_at_most_42_percent_too_long(times):
    counts = [EndCount(TaskState.SUCCEEDED, duration_class(took), 1, 2, took) for took in times]
    found = summary(counts)
    assert (found.tasks, found.pages) == (len(times), 2 * len(times))
    true_median = sorted(times)[math.ceil(len(times) / 2) - 1]
    assert true_median <= found.median_seconds * 1.000_001
    assert found.median_seconds <= max(0.05, true_median * math.sqrt(2)) * 1.000_001
    assert found.slow_seconds >= found.median_seconds


def test_no_ends_have_a_summary_too():
    assert summary([]).tasks == 0
    assert grouped([]) == ()


def test_failures_come_by_code_the_most_frequent_first_with_their_latest_examples():
    counts = [
        FailureCount("crashed", 1, 5.0, "b"),
        FailureCount("corrupt_file", 2, 1.0, "a"),
        FailureCount("corrupt_file", 5, 9.0, "c"),
    ]
    first, second = grouped(counts)
    assert (first.code, first.tasks, first.share, first.last_at, first.task_ids) == (
        "corrupt_file",
        7,
        7 / 8,
        9.0,
        ("c", "a"),
    )
    assert (second.code, second.tasks) == ("crashed", 1)
