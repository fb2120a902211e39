"""Backoff: bounded, jittered in full, and never sooner than was asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagemill.domain.errors import Fault
from pagemill.domain.retry import RetryPolicy

POLICY = RetryPolicy()
JITTER = st.floats(0, 1, exclude_max=True)


@given(st.integers(1, 10_000), JITTER)
def test_a_wait_stays_between_nothing_and_the_maximum(failures: int, jitter: float) -> None:
    assert 0 <= POLICY.delay_seconds(failures, jitter) < POLICY.maximum_seconds


@given(st.integers(1, 8))
def test_each_failure_doubles_the_longest_wait(failures: int) -> None:
    almost = 1 - 2**-53
    assert POLICY.delay_seconds(failures, almost) == pytest.approx(2.0 ** (failures - 1))


@given(st.integers(1, 100), JITTER, JITTER)
def test_jitter_is_full_and_even(failures: int, one: float, other: float) -> None:
    longest = min(300.0, 2.0 ** (failures - 1))
    difference = POLICY.delay_seconds(failures, one) - POLICY.delay_seconds(failures, other)
    assert difference == pytest.approx((one - other) * longest)


@given(st.integers(1, 100), JITTER, st.floats(0, 1e6))
def test_a_wait_is_never_shorter_than_retry_after(failures: int, jitter: float, retry_after: float) -> None:
    delay = POLICY.delay_seconds(failures, jitter, retry_after)
    assert delay == max(retry_after, POLICY.delay_seconds(failures, jitter))


@given(st.integers(1, 100), JITTER, st.floats(max_value=0) | st.just(float("nan")))
def test_a_retry_after_that_makes_no_sense_changes_nothing(failures: int, jitter: float, retry_after: float) -> None:
    assert POLICY.delay_seconds(failures, jitter, retry_after) == POLICY.delay_seconds(failures, jitter)


def test_only_the_systems_own_faults_have_a_budget() -> None:
    budgets = {fault: POLICY.failures_allowed(fault) for fault in Fault}
    assert {fault for fault, allowed in budgets.items() if allowed} == {Fault.TRANSIENT, Fault.DEFECT}
    assert (budgets[Fault.TRANSIENT], budgets[Fault.DEFECT]) == (8, 1)
