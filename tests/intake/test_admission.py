"""Whether one more may come in."""

import pytest

from pagemill.base.clock import SystemClock
from pagemill.domain.errors import TooBusy
from pagemill.intake.admission import SAMPLE_SECONDS, Admission, refusal, tenant_refusal
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


def test_a_tenants_wait_is_its_own_part_of_the_backlog():
    counts = Counts(ready=80, delayed=10, running=10, ready_seconds=400.0)
    assert tenant_refusal(24, counts, 25, 2) is None
    busy = tenant_refusal(25, counts, 25, 2)
    assert busy is not None
    assert (busy.code, busy.retry_after) == ("tenant_too_busy", 50.0)


@pytest.fixture
async def views(tmp_path, anyio_backend):
    store = SqliteStore(tmp_path / "a.db", SystemClock(), Wakeups())
    await store.open()
    yield store.views
    await store.close()


async def test_a_burst_between_two_samples_does_not_pass_the_limit(views):
    clock = HandClock()
    admission = Admission(views, clock, max_queued=3, max_queued_per_tenant=3, slots=1)
    for _ in range(3):
        await admission.check("acme")
    with pytest.raises(TooBusy) as busy:
        await admission.check("globex")
    assert busy.value.code == "too_busy"
    clock.now += SAMPLE_SECONDS
    await admission.check("acme")


async def test_a_tenant_that_has_its_share_does_not_keep_the_others_out(views):
    clock = HandClock()
    admission = Admission(views, clock, max_queued=100, max_queued_per_tenant=2, slots=1)
    for _ in range(2):
        await admission.check("acme")
    with pytest.raises(TooBusy) as busy:
        await admission.check("acme")
    assert busy.value.code == "tenant_too_busy"
    await admission.check("globex")
    clock.now += SAMPLE_SECONDS
    await admission.check("acme")
