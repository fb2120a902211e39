"""Cancel, delete and time: a task that ends without its jobs takes them along, in one commit."""

import asyncio

import pytest

from pagemill.domain.errors import TaskNotFound
from pagemill.domain.task import TaskState
from pagemill.store.queue import Answer
from tests.store.world import (
    TWO_PAGES_A_RANGE,
    corrupt,
    deferred,
    document,
    new_spec,
    pages_read,
    settlement,
    transient,
)

pytestmark = pytest.mark.anyio

DAY = 86_400


async def queued(world, node, **options):
    return await world.submit(**options)


async def running(world, node, **options):
    task = await world.submit(**options)
    await world.claim_one(node)
    return task


async def fanned_out(world, node, **options):
    return (await world.fan_out(node, **options))[0]


async def delayed(world, node, **options):
    task = await world.submit(**options)
    await world.end(await world.claim_one(node), transient())
    return task


async def succeeded(world, node, **options):
    task = await world.submit(**options)
    claim = await world.claim_one(node)
    await world.end(claim, document(claim))
    return task


async def failed(world, node, **options):
    task = await world.submit(**options)
    await world.end(await world.claim_one(node), corrupt())
    return task


async def cancelled(world, node, **options):
    task = await world.submit(**options)
    await world.queue.cancel([task.id])
    return task


LIVE = [queued, running, fanned_out, delayed]
OVER = [succeeded, failed, cancelled]


@pytest.mark.parametrize("state", LIVE)
async def test_cancelling_a_live_task_ends_all_its_jobs(world, node, state):
    task = await state(world, node, expires_in=60)
    live = [job for job in await world.jobs(task.id) if not job.state.terminal]
    assert await world.queue.cancel([task.id]) == (task.id,)
    over = await world.task(task.id)
    assert (over.state, over.open_jobs, over.problem) == (TaskState.CANCELLED, 0, None)
    assert over.expires_at == over.finished_at + 60
    jobs = {job.id: job.state for job in await world.jobs(task.id)}
    assert {jobs[job.id] for job in live} == {"cancelled"}
    assert None not in await world.ends(task.id)
    assert (await world.kinds(task.id))[-1] == "cancelled"


@pytest.mark.parametrize("state", OVER)
async def test_cancelling_what_is_over_changes_nothing_and_says_so(world, node, state):
    task = await state(world, node)
    before, events = await world.task(task.id), await world.kinds(task.id)
    assert await world.queue.cancel([task.id, "task_unknown"]) == ()
    assert (await world.task(task.id), await world.kinds(task.id)) == (before, events)


async def test_what_a_cancelled_attempt_wrote_is_garbage(world, node):
    task, ranges = await world.fan_out(node)
    await world.queue.cancel([task.id])
    assert {claim.output_key for claim in ranges} <= await world.garbage()
    assert await world.ends(task.id) == ["done"] + ["cancelled"] * len(ranges)


async def test_a_cancelled_job_is_gone_from_its_nodes_next_beat(world, node):
    task, ranges = await world.fan_out(node)
    await world.queue.cancel([task.id])
    assert set((await world.beat(node, held=ranges)).gone) == {claim.lease for claim in ranges}


@pytest.mark.parametrize("round_number", range(10))
async def test_a_cancel_that_races_a_fan_out_leaves_no_job_behind(world, node, round_number):
    task = await world.submit()
    plan = await world.claim_one(node)
    fan_out = world.settle(node, settlement(plan, deferred(plan, 8), TWO_PAGES_A_RANGE))
    answers = (fan_out, world.queue.cancel([task.id]))
    await asyncio.gather(*(answers if round_number % 2 else answers[::-1]))
    assert (await world.task(task.id)).state is TaskState.CANCELLED
    assert set(await world.states(task.id)) <= {"done", "cancelled"}


async def test_hundreds_are_cancelled_in_one_call(world):
    submissions = [world.submission() for _ in range(250)]
    ids = [task.id for task in await world.queue.submit(submissions)]
    assert await world.queue.cancel(ids) == tuple(ids)
    assert (await world.views.counts()).ready == 0


@pytest.mark.parametrize("state", LIVE + OVER)
async def test_deleting_removes_every_row_but_its_event_and_its_garbage(world, node, state):
    task = await state(world, node)
    assert await world.queue.delete([task.id, "task_unknown"]) == (task.id,)
    with pytest.raises(TaskNotFound):
        await world.views.task(task.id)
    assert await world.jobs(task.id) == ()
    assert await world.views.attempts(task.id) == ()
    assert await world.garbage() == {f"{task.id}/"}
    assert (await world.kinds(task.id))[-1] == "deleted"
    assert "deleted" not in await world.kinds("task_unknown")


async def test_deleting_again_changes_nothing(world, node):
    task = await succeeded(world, node)
    await world.queue.delete([task.id])
    events = await world.kinds(task.id)
    assert await world.queue.delete([task.id]) == ()
    assert await world.kinds(task.id) == events


async def test_a_late_worker_of_a_deleted_task_never_fits_a_newer_job(world, node):
    await world.submit()
    late = await world.claim_one(node)
    await world.queue.delete([late.job.task_id])
    task = await world.submit()
    current = await world.claim_one(node)
    assert current.job.id != late.job.id
    assert await world.end(late, document(late)) is Answer.REFUSED
    assert (await world.task(task.id)).state is TaskState.RUNNING


@pytest.mark.parametrize("state", LIVE)
async def test_a_task_past_its_deadline_fails_with_the_last_cause(world, node, state):
    task = await state(world, node, deadline_seconds=600)
    assert await world.queue.prune(10) == 0
    world.clock.shift_seconds += 601
    assert await world.queue.prune(10) == 1
    over = await world.task(task.id)
    assert (over.state, over.problem.code, over.open_jobs) == (TaskState.FAILED, "timed_out", 0)
    assert ("storage_unavailable" in over.problem.message) == (state is delayed)
    assert await world.queue.prune(10) == 0


@pytest.mark.parametrize("state", OVER)
async def test_a_task_expires_only_after_its_end(world, node, state):
    task = await state(world, node, expires_in=60)
    world.clock.shift_seconds += 59
    assert await world.queue.prune(10) == 0
    world.clock.shift_seconds += 2
    assert await world.queue.prune(10) == 1
    with pytest.raises(TaskNotFound):
        await world.views.task(task.id)


async def test_prune_keeps_to_its_limit_until_nothing_is_left(world):
    for _ in range(5):
        await world.submit(deadline_seconds=60)
    world.clock.shift_seconds += 61
    assert [await world.queue.prune(2) for _ in range(4)] == [2, 2, 1, 0]


async def test_old_events_and_nodes_that_are_gone_are_pruned(world, node):
    task = await world.submit(deadline_seconds=365 * DAY)
    gone = await world.join("node-gone")
    await world.queue.leave(gone)
    world.clock.shift_seconds += 31 * DAY
    late = await world.submit()
    assert await world.queue.prune(10) == 2
    assert [event.task_id for event in await world.views.events(0, 10)] == [late.id]
    assert [row.id for row in await world.views.nodes()] == [node]
    assert await world.kinds(task.id) == []
    newer = await world.join("node-newer")
    assert newer > gone


async def test_a_rerun_gets_a_deadline_of_its_own(world, node):
    task = await world.submit(deadline_seconds=60)
    world.clock.shift_seconds += 61
    await world.queue.prune(10)
    again = await world.queue.rerun(new_spec(task.id, deadline_seconds=60), False, TWO_PAGES_A_RANGE)
    assert again.deadline_at > await world.views.now()
    assert await world.queue.prune(10) == 0
    claim = await world.claim_one(node)
    await world.end(claim, pages_read(claim, 1) if claim.job.first_page else document(claim))
    assert (await world.task(task.id)).state is TaskState.SUCCEEDED


async def test_a_task_that_has_left_the_state_is_not_deleted(world, node):
    failed, queued = await world.submit(), await world.submit()
    await world.end((await world.claim(node, jobs=1))[0], corrupt())
    assert await world.queue.delete([failed.id, queued.id], TaskState.FAILED) == (failed.id,)
    assert (await world.task(queued.id)).state is TaskState.QUEUED
