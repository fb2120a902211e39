"""A node's life: it works, hears at once that its work was taken away, and leaves without a trace of failure."""

from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest

from pagemill.base.clock import SystemClock
from pagemill.blobs.folder import FolderBlobs
from pagemill.dispatch.dispatcher import Dispatcher
from pagemill.dispatch.node import BEAT_SECONDS, Node
from pagemill.dispatch.pruner import Pruner
from pagemill.dispatch.rescuer import Rescuer
from pagemill.dispatch.sweeper import Sweeper
from pagemill.domain.outcome import DocumentReady
from tests.dispatch.hand import HandExecutor
from tests.store.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture
async def node(world: World, dispatcher: Dispatcher, tmp_path: Path, anyio_backend: str) -> AsyncIterator[Node]:
    blobs = FolderBlobs(tmp_path / "blobs")
    node = Node(
        world.queue,
        dispatcher,
        Rescuer(world.queue, world.views),
        Pruner(world.queue, blobs),
        Sweeper(world.views, world.files, blobs),
        world.wakeups,
        SystemClock(),
        sole=True,
    )
    await node.start()
    yield node
    await node.stop(drain_seconds=0.0)


async def until_handed_over(executor: HandExecutor, jobs: int) -> None:
    with anyio.fail_after(5):
        while len(executor.handed) < jobs:  # noqa: ASYNC110 - there is no bell for what a test's executor is given
            await anyio.sleep(0.01)


async def test_a_submitted_task_is_worked_on_and_settled(world: World, node: Node, executor: HandExecutor) -> None:
    task = await world.submit()
    await until_handed_over(executor, 1)
    claim = executor.handed[0].claim
    executor.finish(claim.job.id, DocumentReady(result_key=claim.output_key, page_count=1))
    with anyio.fail_after(5):
        heard = -1
        while (await world.task(task.id)).state != "succeeded":
            heard = await world.wakeups.events.wait(heard, 1.0)


async def test_a_cancelled_task_loses_its_worker_before_the_next_beat_is_due(
    world: World, node: Node, executor: HandExecutor
) -> None:
    task = await world.submit()
    await until_handed_over(executor, 1)
    with anyio.fail_after(BEAT_SECONDS / 2):
        await world.queue.cancel([task.id])
        while not executor.killed:  # noqa: ASYNC110 - the same
            await anyio.sleep(0.01)


async def test_a_stop_gives_back_what_runs_and_leaves(world: World, node: Node, executor: HandExecutor) -> None:
    task = await world.submit()
    await until_handed_over(executor, 1)
    await node.stop(drain_seconds=0.0)
    assert await world.ends(task.id) == ["given_back"]
    assert [row.state for row in await world.views.nodes()] == ["left"]


async def test_work_that_ends_within_the_drain_is_settled(world: World, node: Node, executor: HandExecutor) -> None:
    task = await world.submit()
    await until_handed_over(executor, 1)
    claim = executor.handed[0].claim
    async with anyio.create_task_group() as group:
        group.start_soon(node.stop, 5.0)
        executor.finish(claim.job.id, DocumentReady(result_key=claim.output_key, page_count=1))
    assert (await world.task(task.id)).state == "succeeded"


async def test_a_stop_leaves_no_garbage_behind(
    world: World, node: Node, executor: HandExecutor, tmp_path: Path
) -> None:
    blobs = FolderBlobs(tmp_path / "blobs")
    (task,) = await world.queue.submit([world.submission(task_id="task_1", secret_key="task_1/input/secret-1")])
    blobs.put("task_1/input/secret-1", b"the password")
    await until_handed_over(executor, 1)
    await world.queue.cancel([task.id])
    await node.stop(drain_seconds=0.0)
    assert not list(blobs.list("task_1/"))


async def test_what_a_dead_node_left_is_taken_back_at_the_start(
    world: World, dispatcher: Dispatcher, tmp_path: Path
) -> None:
    dead = await world.join("dead")
    task = await world.submit()
    await world.claim_one(dead)
    blobs = FolderBlobs(tmp_path / "blobs")
    rescuer, pruner = Rescuer(world.queue, world.views), Pruner(world.queue, blobs)
    sweeper = Sweeper(world.views, world.files, blobs)
    node = Node(world.queue, dispatcher, rescuer, pruner, sweeper, world.wakeups, SystemClock(), sole=True)
    await node.start()
    assert (await world.ends(task.id))[0] == "lost"
    await node.stop(drain_seconds=0.0)


async def test_a_node_that_is_told_to_drain_finishes_what_it_has_takes_nothing_more_and_says_so(
    world: World, node: Node, executor: HandExecutor
) -> None:
    await world.submit()
    await until_handed_over(executor, 1)
    await world.queue.drain(node._owner, draining=True)
    await until_reported(world, claiming=False, held=1)
    waiting = await world.submit()
    claim = executor.handed[0].claim
    executor.finish(claim.job.id, DocumentReady(result_key=claim.output_key, page_count=1))
    await until_reported(world, claiming=False, held=0)
    assert (await world.task(claim.job.task_id)).state == "succeeded"
    assert (await world.task(waiting.id)).state == "queued"
    await world.queue.drain(node._owner, draining=False)
    await until_handed_over(executor, 2)


async def test_a_node_reports_its_places_and_why_it_asks_for_nothing(
    world: World, node: Node, executor: HandExecutor, dispatcher: Dispatcher
) -> None:
    executor.slots = 0
    await world.submit()
    with anyio.fail_after(BEAT_SECONDS * 3):
        while dispatcher.rooms()["text"]["reason"] != "busy":  # noqa: ASYNC110 - a turn rings no bell
            await anyio.sleep(0.01)
    await world.queue.drain(node._owner, draining=False)
    await until_reported(world, pools={"text": {"slots": 0, "free_slots": 0, "reason": "busy"}})


async def until_reported(world: World, **values: object) -> None:
    with anyio.fail_after(BEAT_SECONDS * 3):
        while not values.items() <= (await world.views.nodes())[0].load.items():  # noqa: ASYNC110 - nor does a beat
            await anyio.sleep(0.01)
