"""Garbage: collected at once, and once more a day later for writers that wake up late."""

import pytest

from pagemill.store.queue import Garbage
from tests.store.world import corrupt

pytestmark = pytest.mark.anyio

DAY = 86_400


@pytest.fixture
async def prefix(world, node):
    await world.submit()
    claim = await world.claim_one(node)
    await world.end(claim, corrupt())
    return claim.output_key


async def test_a_prefix_is_collected_twice_a_day_apart_and_then_dropped(world, prefix):
    assert await world.queue.garbage(10) == (Garbage(prefix, last_pass=False),)
    await world.queue.collected([prefix])
    assert await world.queue.garbage(10) == ()
    world.clock.shift_seconds += DAY + 1
    assert await world.queue.garbage(10) == (Garbage(prefix, last_pass=True),)
    await world.queue.collected([prefix])
    world.clock.shift_seconds += DAY + 1
    assert await world.queue.garbage(10) == ()


async def test_a_pass_that_is_noted_twice_is_one_pass(world, prefix):
    await world.queue.collected([prefix])
    await world.queue.collected([prefix, "unknown/"])
    world.clock.shift_seconds += DAY + 1
    assert await world.queue.garbage(10) == (Garbage(prefix, last_pass=True),)


async def test_garbage_comes_in_portions(world):
    tasks = await world.queue.submit([world.submission() for _ in range(5)])
    await world.queue.delete([task.id for task in tasks])
    first = await world.queue.garbage(3)
    await world.queue.collected([garbage.prefix for garbage in first])
    second = await world.queue.garbage(3)
    assert {garbage.prefix for garbage in first + second} == {f"{task.id}/" for task in tasks}


async def test_a_deleted_task_is_one_prefix_and_takes_no_neighbour_along(world, node, prefix):
    neighbour = await world.submit(task_id="task_00000001x")
    claim = await world.claim_one(node)
    await world.end(claim, corrupt())
    await world.queue.delete(["task_00000001"])
    assert await world.garbage() == {"task_00000001/", claim.output_key}
    assert neighbour.id == claim.job.task_id
