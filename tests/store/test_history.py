"""What operators ask: how tasks ended, why they failed, what waits. Counted in the commits that end tasks."""

import pytest

from pagemill.domain.cost import Pace
from pagemill.domain.tally import DAY_SECONDS, HOUR_SECONDS, MINUTE_SECONDS, Span, grouped, span, summary
from pagemill.domain.task import Band, JobState, Pool, TaskState
from pagemill.store.retention import TALLY_SECONDS
from tests.store.world import MANY, corrupt, document, settlement, transient

pytestmark = pytest.mark.anyio


async def ends(world, tenant=None, seconds=HOUR_SECONDS):
    now = await world.views.now()
    counts = await world.views.ends(tenant, span(now - seconds, now))
    states = {count.state for count in counts}
    return {state: summary(count for count in counts if count.state is state) for state in states}


async def failures(world, tenant=None, seconds=HOUR_SECONDS):
    now = await world.views.now()
    return grouped(await world.views.failures(tenant, span(now - seconds, now)))


async def fail(world, node, tenant="acme"):
    task = await world.submit(tenant)
    await world.end(await world.claim_one(node), corrupt())
    return task


async def test_each_way_to_end_is_counted_with_its_pages_and_time(world, node):
    await world.queue.submit([world.submission() for _ in range(4)])
    first, second, third, fourth = await world.claim(node)
    world.clock.shift_seconds += 10
    await world.settle(node, settlement(first, document(first, 3)), settlement(second, document(second, 2)))
    await world.end(third, corrupt())
    await world.queue.cancel([fourth.job.task_id])
    found = await ends(world)
    assert {state: (count.tasks, count.pages) for state, count in found.items()} == {
        TaskState.SUCCEEDED: (2, 5),
        TaskState.FAILED: (1, 0),
        TaskState.CANCELLED: (1, 0),
    }
    assert 10 <= found[TaskState.SUCCEEDED].mean_seconds < 14
    assert 10 <= found[TaskState.SUCCEEDED].median_seconds < 20


async def test_what_does_not_end_a_task_is_not_counted_nor_is_a_repeated_answer(world, node):
    await world.submit()
    claim = await world.claim_one(node)
    await world.end(claim, transient())
    assert await ends(world) == {}
    world.clock.shift_seconds += 5
    await world.beat(node)
    claim = await world.claim_one(node)
    for _ in range(2):
        await world.end(claim, document(claim))
    assert {state: count.tasks for state, count in (await ends(world)).items()} == {TaskState.SUCCEEDED: 1}


async def test_a_task_past_its_deadline_counts_as_timed_out(world):
    await world.submit(deadline_seconds=1)
    world.clock.shift_seconds += 5
    await world.queue.prune(MANY)
    (failure,) = await failures(world)
    assert (failure.code, failure.tasks) == ("timed_out", 1)


async def test_every_revision_that_ends_counts_and_deleting_changes_nothing(world, node):
    task = await fail(world, node)
    await world.queue.retry([task.id], Pace())
    await world.end(await world.claim_one(node), corrupt())
    await world.queue.delete([task.id])
    (failure,) = await failures(world)
    assert (failure.tasks, failure.share, failure.task_ids) == (2, 1.0, (task.id,))
    assert await world.views.tasks_by_id(failure.task_ids) == ()


async def test_tenants_are_counted_apart_and_together(world, node):
    for tenant in ("acme", "acme", "globex"):
        await fail(world, node, tenant)
    assert [(await failures(world, tenant))[0].tasks for tenant in ("acme", "globex", None)] == [2, 1, 3]
    assert await failures(world, "nobody") == ()
    assert (await ends(world, "globex"))[TaskState.FAILED].tasks == 1


async def test_a_code_has_several_examples_from_different_times(world, node):
    ids = []
    for _ in range(3):
        ids.append((await fail(world, node)).id)
        world.clock.shift_seconds += MINUTE_SECONDS
    (failure,) = await failures(world)
    assert failure.task_ids == tuple(reversed(ids))
    assert failure.last_at <= await world.views.now() - MINUTE_SECONDS + 5


async def test_only_what_ended_since_then_is_counted(world, node):
    await fail(world, node)
    world.clock.shift_seconds += 3 * HOUR_SECONDS
    await fail(world, node)
    assert (await failures(world))[0].tasks == 1
    assert (await failures(world, seconds=DAY_SECONDS))[0].tasks == 2


async def test_the_finer_the_counts_the_sooner_they_go(world, node):
    await fail(world, node)
    kept = []
    for seconds in (0, *TALLY_SECONDS.values()):
        world.clock.shift_seconds += seconds + DAY_SECONDS
        while await world.queue.prune(MANY):
            pass
        kept.append([len(await world.views.failures(None, Span(grain, 0))) for grain in TALLY_SECONDS])
    assert kept == [[0, 1, 1], [0, 1, 1], [0, 0, 1], [0, 0, 0]]


async def test_what_is_live_is_told_by_state_pool_and_band(world, node):
    await world.queue.submit([world.submission(priority="high"), world.submission(), world.submission("globex")])
    arrived = world.clock.wall_seconds()
    world.clock.shift_seconds += 50
    claims = await world.claim(node, jobs=1)
    await world.submit()
    await world.settle(node, settlement(claims[0], transient()))
    live = await world.views.live(None)
    found = {(lot.state, lot.pool, lot.band): lot.jobs for lot in live.jobs}
    assert found == {
        (JobState.READY, Pool.TEXT, Band.NORMAL): 1,
        (JobState.RUNNING, Pool.TEXT, Band.NORMAL): 2 - (claims[0].job.flow.band is Band.NORMAL),
        (JobState.DELAYED, Pool.TEXT, Band.RETRY): 1,
    } | ({} if claims[0].job.flow.band is Band.HIGH else {(JobState.RUNNING, Pool.TEXT, Band.HIGH): 1})
    assert (live.queued, live.running) == (1, 3)
    assert live.oldest_arrived_at >= arrived + 49
    of_globex = await world.views.live("globex")
    assert (of_globex.queued, of_globex.running, of_globex.oldest_arrived_at) == (0, 1, None)
    assert sum(lot.jobs for lot in of_globex.jobs) == 1
