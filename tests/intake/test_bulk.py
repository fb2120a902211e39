"""Bulk verbs: they count exactly, change what is to change and no more, and never hold many tasks at once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from pagemill.domain.errors import TransientError
from pagemill.domain.task import TaskState
from pagemill.intake import bulk
from pagemill.intake.bulk import Bulk, BulkCount, BulkVerb
from pagemill.store.views import TaskFilter
from tests.store.world import World, corrupt, document, opened

pytestmark = pytest.mark.anyio
CANCEL, RETRY, DELETE = BulkVerb.CANCEL, BulkVerb.RETRY, BulkVerb.DELETE


@pytest.fixture
async def world(tmp_path, anyio_backend) -> AsyncIterator[World]:
    async with opened("sqlite", tmp_path) as world:
        yield world
        assert await world.violations() == []


@pytest.fixture
def verbs(world: World) -> Bulk:
    return Bulk(world.queue, world.views, asyncio.Event())


async def one_of_each(world: World) -> dict[TaskState, str]:
    """A task in every state."""
    node = await world.join("node")
    done, failed, running, cancelled = [await world.submit() for _ in range(4)]
    claims = {claim.job.task_id: claim for claim in await world.claim(node)}
    await world.end(claims[done.id], document(claims[done.id]))
    await world.end(claims[failed.id], corrupt())
    await world.queue.cancel([cancelled.id])
    queued = await world.submit()
    return {
        TaskState.SUCCEEDED: done.id,
        TaskState.FAILED: failed.id,
        TaskState.RUNNING: running.id,
        TaskState.CANCELLED: cancelled.id,
        TaskState.QUEUED: queued.id,
    }


@pytest.mark.parametrize(
    ("verb", "changing"),
    [
        (CANCEL, {TaskState.QUEUED, TaskState.RUNNING}),
        (RETRY, {TaskState.FAILED, TaskState.CANCELLED}),
        (DELETE, set(TaskState)),
    ],
)
async def test_a_dry_run_tells_what_the_verb_then_does_and_a_second_run_does_nothing(world, verbs, verb, changing):
    by_state = await one_of_each(world)
    everything = TaskFilter(tenant="acme")
    told = await verbs.run(verb, everything, dry_run=True)
    assert told == BulkCount(5, len(changing))
    assert {state: (await world.task(task_id)).state for state, task_id in by_state.items()} == {s: s for s in by_state}
    assert await verbs.run(verb, everything, dry_run=False) == told
    assert (await verbs.run(verb, everything, dry_run=False)).changed == 0


@pytest.mark.parametrize("verb", [CANCEL, RETRY, DELETE])
async def test_a_bulk_verb_is_the_verb_for_each_task(world, verbs, verb):
    by_state = await one_of_each(world)
    await verbs.run(verb, TaskFilter(state=TaskState.FAILED), dry_run=False)
    left = {view.task.id: view.task for view in await world.views.tasks_by_id(list(by_state.values()))}
    failed = left.pop(by_state[TaskState.FAILED], None)
    assert (failed and failed.state) == {CANCEL: "failed", RETRY: "queued", DELETE: None}[verb]
    assert {task.state for task in left.values()} == set(TaskState) - {TaskState.FAILED}


async def test_many_tasks_go_in_portions_and_each_is_counted_once(world, verbs, monkeypatch):
    monkeypatch.setattr(bulk, "PORTION", 7)
    await world.queue.submit([world.submission() for _ in range(30)])
    other = await world.submit("globex")
    assert await verbs.run(CANCEL, TaskFilter(tenant="acme"), dry_run=False) == BulkCount(30, 30)
    assert (await world.task(other.id)).state is TaskState.QUEUED
    assert await verbs.run(RETRY, TaskFilter(tenant="acme"), dry_run=False) == BulkCount(30, 30)
    assert await verbs.run(DELETE, TaskFilter(tenant="acme", state=TaskState.QUEUED), dry_run=False) == BulkCount(
        30, 30
    )


async def test_ids_are_counted_once_each_and_only_those_that_exist_and_fit(world, verbs, monkeypatch):
    monkeypatch.setattr(bulk, "PORTION", 2)
    ids = [(await world.submit()).id for _ in range(5)]
    foreign = (await world.submit("globex")).id
    which = TaskFilter(tenant="acme", ids=(*ids, ids[0], foreign, "task_unknown"))
    assert await verbs.run(DELETE, which, dry_run=False) == BulkCount(5, 5)
    assert (await world.task(foreign)).state is TaskState.QUEUED


async def test_a_submission_need_not_wait_for_all_of_a_bulk_verb(world, verbs):
    await world.queue.submit([world.submission() for _ in range(600)])
    running = asyncio.create_task(verbs.run(CANCEL, TaskFilter(), dry_run=False))
    await asyncio.sleep(0)
    await world.submit()
    assert not running.done()
    done = await running
    assert done.matched == done.changed >= 600  # the one beside it may have come in time to be among them


async def test_a_service_that_stops_says_how_far_it_came(world):
    stopping = asyncio.Event()
    stopping.set()
    await world.queue.submit([world.submission() for _ in range(300)])
    with pytest.raises(TransientError, match="200 tasks were changed"):
        await Bulk(world.queue, world.views, stopping).run(CANCEL, TaskFilter(), dry_run=False)
