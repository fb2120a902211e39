"""Predictions: clamped, learnt from what was measured, and not spoilt by what cannot be true."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagemill.domain.cost import (
    LARGEST_PLAN_GUESS_SECONDS,
    LARGEST_SECONDS,
    SMALLEST_SECONDS,
    Pace,
    assemble_seconds,
    clamped,
    pages_seconds,
    plan_seconds,
)
from pagemill.domain.fanout import model_ranges
from pagemill.domain.formats import IMAGE_TYPES
from pagemill.domain.task import Pool

ANY_NUMBER = st.floats(allow_nan=True, allow_infinity=True)


@given(ANY_NUMBER)
def test_a_prediction_is_never_outside_its_bounds(seconds: float) -> None:
    assert SMALLEST_SECONDS <= clamped(seconds) <= LARGEST_SECONDS


@given(st.floats(SMALLEST_SECONDS, LARGEST_SECONDS))
def test_a_sane_prediction_is_kept(seconds: float) -> None:
    assert clamped(seconds) == seconds


@given(st.sampled_from(("application/pdf", "text/html", "unheard/of", *IMAGE_TYPES)), st.integers(0, 10**12))
def test_a_file_is_not_punished_before_it_is_opened(media_type: str, input_bytes: int) -> None:
    assert SMALLEST_SECONDS <= plan_seconds(media_type, input_bytes, Pace()) <= LARGEST_PLAN_GUESS_SECONDS


@given(st.sampled_from(Pool), st.integers(0, 100_000), st.integers(0, 100_000))
def test_more_pages_are_never_predicted_to_take_less(pool: Pool, some: int, more: int) -> None:
    few, many = sorted((some, more))
    assert pages_seconds(pool, few, Pace()) <= pages_seconds(pool, many, Pace())
    assert assemble_seconds(few) <= assemble_seconds(many)


@pytest.mark.parametrize("pool", Pool)
@pytest.mark.parametrize("page_seconds", [0.01, 0.5, 30.0])
def test_the_moving_average_settles_on_what_is_measured(pool: Pool, page_seconds: float) -> None:
    pace = Pace()
    for _ in range(60):
        pace = pace.learnt(pool, pages=4, seconds=4 * page_seconds)
    assert pace.page_seconds(pool) == pytest.approx(page_seconds, rel=0.01)


@given(st.sampled_from(Pool), st.integers(1, 500), st.floats(0, 10_000))
def test_one_measurement_moves_the_average_towards_it_and_no_other_pool(pool: Pool, pages: int, seconds: float) -> None:
    before, after = Pace(), Pace().learnt(pool, pages, seconds)
    other = Pool.MODEL if pool is Pool.TEXT else Pool.TEXT
    measured = min(max(seconds / pages, 0.0001), 600.0)
    low, high = sorted((before.page_seconds(pool), measured))
    assert low - 1e-9 <= after.page_seconds(pool) <= high + 1e-9
    assert after.page_seconds(other) == before.page_seconds(other)


@given(st.lists(st.tuples(st.sampled_from(Pool), st.integers(-5, 500), ANY_NUMBER)))
def test_no_measurement_can_spoil_the_pace(measured: list[tuple[Pool, int, float]]) -> None:
    pace = Pace()
    for pool, pages, seconds in measured:
        pace = pace.learnt(pool, pages, seconds)
    assert all(0 < pace.page_seconds(pool) <= LARGEST_SECONDS for pool in Pool)
    assert model_ranges((3, 5, 8), pace.model_page_seconds)


@pytest.mark.parametrize("seconds", [math.nan, math.inf, -1.0])
def test_what_cannot_have_been_measured_teaches_nothing(seconds: float) -> None:
    assert Pace().learnt(Pool.TEXT, 10, seconds) == Pace()
