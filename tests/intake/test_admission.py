"""Whether one more may come in."""

import pytest

from pagemill.base.clock import SystemClock
from pagemill.domain.errors import TooBusy
from pagemill.intake.admission import SAMPLE_SECONDS, Admission, refusal
from pagemill.store.sqlite.engine import SqliteStore
from pagemill.store.views import Counts
from pagemill.store.wakeup import Wakeups

pytestmark = pytest.mark.anyio


class HandClock(SystemClock):
    """Monotonic time that the test moves."""

    now = 1_000.0

    def monotonic_seconds(self) -> float:
        return self.now


def test_below_the_limit_everyone_comes_in():
    counts = Counts(ready=9, delayed=0, running=0, ready_seconds=900.0)
    assert refusal(9, counts, 10, 2) is None


@pytest.mark.parametrize(
    ("ready_seconds", "slots", "wait"), [(60.0, 2, 30.0), (0.0, 2, 1.0), (1e9, 2, 300.0), (60.0, 0, 60.0)]
)
def test_the_wait_is_the_backlog_over_the_capacity_within_reason(ready_seconds: float, slots: int, wait: float):
    counts = Counts(ready=10, delayed=0, running=0, ready_seconds=ready_seconds)
    busy = refusal(10, counts, 10, slots)
    assert busy is not None
    assert busy.retry_after == wait


async def test_a_burst_between_two_samples_does_not_pass_the_limit(tmp_path):
    clock = HandClock()
    store = SqliteStore(tmp_path / "a.db", SystemClock(), Wakeups())
    await store.open()
    try:
        admission = Admission(store.views, clock, max_queued=3, slots=1)
        for _ in range(3):
            await admission.check()
        with pytest.raises(TooBusy):
            await admission.check()
        clock.now += SAMPLE_SECONDS
        await admission.check()
    finally:
        await store.close()
