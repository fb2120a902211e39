"""The wheel: nothing finished is forgotten, nothing lost is written, nothing is taken that there is no room for."""

import asyncio

import anyio
import pytest

from pagemill.dispatch.dispatcher import Dispatcher, Holding
from pagemill.domain.errors import TransientError
from pagemill.domain.load import NodeLoad
from pagemill.domain.outcome import DocumentReady, LossCause, Lost
from pagemill.domain.task import Claim, Lease, Task, TaskState
from tests.dispatch.conftest import IDLE_MACHINE
from tests.dispatch.hand import HandExecutor
from tests.store.world import World

pytestmark = pytest.mark.anyio


async def handed_over(executor: HandExecutor, jobs: int) -> None:
    """Waits until the executor has been given `jobs` attempts."""
    with anyio.fail_after(5):
        while len(executor.running) < jobs:  # noqa: ASYNC110 - the executor is a few turns of this loop away
            await asyncio.sleep(0)


async def one_running(world: World, dispatcher: Dispatcher, executor: HandExecutor) -> tuple[int, Task, Holding]:
    """A node, a task, and its only job, which the executor has been given."""
    owner = await world.join("node")
    task = await world.submit()
    await dispatcher.turn(owner, IDLE_MACHINE)
    await handed_over(executor, 1)
    (holding,) = dispatcher.held.values()
    return owner, task, holding


def ready(claim: Claim) -> DocumentReady:
    return DocumentReady(result_key=claim.output_key, page_count=1)


async def test_a_node_takes_what_it_has_room_for_and_no_more(
    world: World, dispatcher: Dispatcher, executor: HandExecutor
) -> None:
    owner = await world.join("node")
    for _ in range(200):
        await world.submit()
    await dispatcher.turn(owner, IDLE_MACHINE)
    taken = sum(holding.claim.job.cost_seconds for holding in dispatcher.held.values())
    assert executor.slots * 2.0 <= taken <= executor.slots * 2.0 + 5.0


async def test_under_memory_pressure_nothing_is_taken(world: World, dispatcher: Dispatcher) -> None:
    owner = await world.join("node")
    await world.submit()
    await dispatcher.turn(owner, NodeLoad(memory_available_bytes=1))
    assert not dispatcher.held


async def test_a_finished_attempt_is_settled_by_the_next_turn(
    world: World, dispatcher: Dispatcher, executor: HandExecutor
) -> None:
    owner, task, holding = await one_running(world, dispatcher, executor)
    executor.finish(holding.claim.job.id, ready(holding.claim))
    await asyncio.gather(holding.attempt)
    await dispatcher.turn(owner, IDLE_MACHINE)
    assert (await world.task(task.id)).state is TaskState.SUCCEEDED
    assert dispatcher.idle


async def test_a_finished_attempt_waits_for_a_store_that_cannot_be_reached(
    world: World, dispatcher: Dispatcher, executor: HandExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, task, holding = await one_running(world, dispatcher, executor)
    executor.finish(holding.claim.job.id, ready(holding.claim))
    await asyncio.gather(holding.attempt)

    async def unreachable(*_: object) -> None:
        raise TransientError("The database is away")

    with monkeypatch.context() as patched:
        patched.setattr(world.queue, "settle_and_claim", unreachable)
        with pytest.raises(TransientError):
            await dispatcher.turn(owner, IDLE_MACHINE)
    assert not dispatcher.idle
    await dispatcher.turn(owner, IDLE_MACHINE)
    assert (await world.task(task.id)).state is TaskState.SUCCEEDED


async def test_a_cancelled_task_loses_its_worker_and_nothing_of_it_is_written(
    world: World, dispatcher: Dispatcher, executor: HandExecutor
) -> None:
    owner, task, holding = await one_running(world, dispatcher, executor)
    await world.queue.cancel([task.id])
    answer = await world.beat(owner, held=[holding.claim])
    assert answer.gone == (holding.claim.lease,)
    dispatcher.drop(answer.gone)
    await asyncio.gather(holding.attempt)
    assert executor.killed == [holding.claim.job.id]
    assert dispatcher.idle
    await dispatcher.turn(owner, IDLE_MACHINE)
    assert (await world.task(task.id)).state is TaskState.CANCELLED


async def test_a_stop_gives_work_back_and_counts_nothing(
    world: World, dispatcher: Dispatcher, executor: HandExecutor
) -> None:
    owner = await world.join("node")
    task = await world.submit()
    await dispatcher.turn(owner, IDLE_MACHINE)
    await handed_over(executor, 1)
    await dispatcher.give_back(owner)
    job = await world.only_job(task.id)
    assert (job.state, job.failures, job.losses, job.suspect) == ("ready", 0, 0, False)
    assert await world.ends(task.id) == ["given_back"]
    assert dispatcher.idle


async def test_a_node_that_is_told_it_is_dead_settles_nothing_any_more(
    world: World, dispatcher: Dispatcher, executor: HandExecutor
) -> None:
    owner, task, holding = await one_running(world, dispatcher, executor)
    await world.die(owner)
    dispatcher.drop_everything()
    await asyncio.gather(holding.attempt)
    assert (dispatcher.idle, executor.killed) == (True, [holding.claim.job.id])
    await world.queue.rescue([], 10)
    assert (await world.only_job(task.id)).state == "ready"


async def test_a_suspect_gets_twice_the_share(world: World, dispatcher: Dispatcher, executor: HandExecutor) -> None:
    owner = await world.join("node")
    await world.submit()
    await dispatcher.turn(owner, IDLE_MACHINE)
    await handed_over(executor, 1)
    (holding,) = dispatcher.held.values()
    executor.finish(holding.claim.job.id, Lost(cause=LossCause.CRASH, begun=True, alone=False))
    await asyncio.gather(holding.attempt)
    await dispatcher.turn(owner, IDLE_MACHINE)
    await dispatcher.turn(owner, IDLE_MACHINE)
    await handed_over(executor, 1)
    first, second = executor.handed
    assert second.claim.job.suspect
    assert second.allowance.memory_bytes == 2 * first.allowance.memory_bytes
    assert second.allowance.page_seconds == 2 * first.allowance.page_seconds


async def test_what_was_lost_is_claimed_again_in_the_same_turn_also_when_every_slot_is_promised(
    world: World, dispatcher: Dispatcher, executor: HandExecutor
) -> None:
    owner = await world.join("node")
    await world.submit()
    await dispatcher.turn(owner, IDLE_MACHINE)
    await handed_over(executor, 1)
    (holding,) = dispatcher.held.values()
    executor.slots = 0
    executor.finish(holding.claim.job.id, Lost(cause=LossCause.CRASH, begun=True, alone=False))
    await asyncio.gather(holding.attempt)
    await dispatcher.turn(owner, IDLE_MACHINE)
    assert [(held.job_id, held.attempt) for held in dispatcher.held] == [(holding.claim.job.id, 2)]


async def test_an_answer_for_a_lease_that_is_not_held_is_ignored(dispatcher: Dispatcher) -> None:
    dispatcher.drop((Lease(1, 1, 1),))
    assert dispatcher.idle
