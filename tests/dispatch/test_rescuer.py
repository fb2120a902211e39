"""A node is dead when the store's clock and a watcher's own eyes agree, and not before."""

import pytest

from pagemill.dispatch.rescuer import SILENT_SECONDS, Rescuer
from tests.store.world import World

pytestmark = pytest.mark.anyio


async def test_the_work_of_a_silent_node_goes_back(world: World) -> None:
    dead = await world.join("dead")
    task = await world.submit()
    await world.claim_one(dead)
    rescuer = Rescuer(world.queue, world.views)
    assert await rescuer.pass_once(100.0) == 0
    world.clock.shift_seconds += 60.0
    assert await rescuer.pass_once(100.0 + SILENT_SECONDS) == 1
    assert (await world.only_job(task.id)).state == "ready"


async def test_a_stepped_clock_kills_nobody(world: World) -> None:
    node = await world.join("alive")
    await world.submit()
    await world.claim_one(node)
    rescuer = Rescuer(world.queue, world.views)
    await rescuer.pass_once(100.0)
    world.clock.shift_seconds += 3600.0
    assert await rescuer.pass_once(101.0) == 0


async def test_a_watcher_that_lost_sight_starts_watching_anew(world: World) -> None:
    node = await world.join("alive")
    await world.submit()
    await world.claim_one(node)
    rescuer = Rescuer(world.queue, world.views)
    await rescuer.pass_once(100.0)
    world.clock.shift_seconds += 60.0
    rescuer.lost_sight()
    assert await rescuer.pass_once(130.0) == 0
    assert await rescuer.pass_once(130.0 + SILENT_SECONDS) == 1


async def test_a_beat_is_a_sign_of_life(world: World) -> None:
    node = await world.join("alive")
    await world.submit()
    claim = await world.claim_one(node)
    rescuer = Rescuer(world.queue, world.views)
    await rescuer.pass_once(100.0)
    world.clock.shift_seconds += 60.0
    await world.beat(node, held=[claim])
    assert await rescuer.pass_once(100.0 + SILENT_SECONDS) == 0
