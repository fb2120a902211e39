"""A bell for each task: only those are woken that wait for it, and nothing is kept for whom nobody waits."""

import asyncio

import pytest

from tests.store.world import document

pytestmark = pytest.mark.anyio


async def test_a_change_of_one_task_wakes_who_waits_for_it_and_nobody_else(world, node):
    one, other = await world.submit(), await world.submit()
    bells = world.wakeups.tasks
    with bells.of(one.id) as bell, bells.of(other.id) as quiet:
        waiting = asyncio.create_task(bell.wait(bell.rings, 30.0))
        claim = (await world.claim(node, jobs=1))[0]
        async with asyncio.timeout(10):
            assert await waiting == 1
        await world.end(claim, document(claim))
        assert (bell.rings, quiet.rings) == (2, 0)
        assert claim.job.task_id == one.id


async def test_several_wait_for_one_task(world):
    task = await world.submit()
    bells = world.wakeups.tasks
    with bells.of(task.id) as first, bells.of(task.id) as second:
        await world.queue.delete([task.id])
        assert first is second
        assert first.rings == 1


async def test_nothing_is_kept_for_whom_nobody_waits(world):
    bells = world.wakeups.tasks
    with bells.of("task_1"), bells.of("task_1"):
        pass
    bells.ring(["task_1"])
    assert bells._bells == {}
    assert not bells._waiters


async def test_who_waits_for_an_end_is_woken_by_nothing_else(world, node):
    ended, cancelled, deleted = [await world.submit() for _ in range(3)]
    with (
        world.wakeups.ends.of(ended.id) as of_ended,
        world.wakeups.ends.of(cancelled.id) as of_cancelled,
        world.wakeups.ends.of(deleted.id) as of_deleted,
    ):
        claims = {claim.job.task_id: claim for claim in await world.claim(node)}
        assert (of_ended.rings, of_cancelled.rings, of_deleted.rings) == (0, 0, 0)
        await world.end(claims[ended.id], document(claims[ended.id]))
        await world.queue.cancel([cancelled.id])
        await world.queue.delete([deleted.id])
        assert (of_ended.rings, of_cancelled.rings, of_deleted.rings) == (1, 1, 1)
