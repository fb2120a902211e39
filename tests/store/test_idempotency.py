"""One idempotency key, one task: repeated, at once, after a deletion, and after its time."""

import asyncio

import msgspec
import pytest

from pagemill.domain.errors import RequestError, TaskNotFound
from pagemill.store.queue import Repeat, Submission
from tests.store.world import World

pytestmark = pytest.mark.anyio
DAY = 86_400


def keyed(world: World, key: str = "k", fingerprint: str = "f", tenant: str = "acme") -> Submission:
    return msgspec.structs.replace(world.submission(tenant), repeat=Repeat(key, fingerprint))


async def test_the_same_key_and_request_is_the_same_task_with_one_job_and_one_event(world):
    (task,) = await world.queue.submit([keyed(world)])
    again = keyed(world)
    assert await world.queue.submit([again]) == (task,)
    assert len(await world.jobs(task.id)) == 1
    assert await world.kinds(task.id) == ["submitted"]
    with pytest.raises(TaskNotFound):
        await world.views.task(again.spec.task_id)


async def test_a_repeat_says_how_the_task_stands_now(world, node):
    (task,) = await world.queue.submit([keyed(world)])
    await world.claim_one(node)
    (again,) = await world.queue.submit([keyed(world)])
    assert (again.id, again.state) == (task.id, "running")


async def test_the_same_key_for_another_request_is_a_conflict_and_changes_nothing(world):
    (task,) = await world.queue.submit([keyed(world)])
    with pytest.raises(RequestError, match="another request") as refusal:
        await world.queue.submit([world.submission(), keyed(world, fingerprint="g")])
    assert refusal.value.code == "idempotency_conflict"
    assert (await world.views.counts()).ready == 1
    assert (await world.queue.submit([keyed(world)]))[0].id == task.id


async def test_a_key_is_its_tenants_own(world):
    (one,) = await world.queue.submit([keyed(world)])
    (other,) = await world.queue.submit([keyed(world, fingerprint="g", tenant="globex")])
    assert one.id != other.id


async def test_a_key_twice_in_one_batch_is_one_task(world):
    first, second, third = await world.queue.submit([keyed(world), keyed(world), keyed(world, "other")])
    assert first == second != third
    assert (await world.views.counts()).ready == 2


async def test_many_at_once_with_one_key_are_one_task(world):
    answers = await asyncio.gather(*(world.queue.submit([keyed(world)]) for _ in range(40)))
    assert len({task.id for (task,) in answers}) == 1
    assert (await world.views.counts()).ready == 1


async def test_a_submission_whose_answer_was_lost_is_known_by_its_own_id_first(world):
    submission = keyed(world)
    (task,) = await world.queue.submit([submission])
    assert await world.queue.submit([submission]) == (task,)


async def test_a_late_repeat_does_not_bring_a_deleted_task_back(world):
    (task,) = await world.queue.submit([keyed(world)])
    await world.queue.delete([task.id])
    with pytest.raises(RequestError, match="deleted") as refusal:
        await world.queue.submit([keyed(world)])
    assert refusal.value.code == "idempotency_conflict"


async def test_a_key_is_kept_for_a_day_and_can_be_used_anew_after_two(world):
    (task,) = await world.queue.submit([keyed(world)])
    world.clock.shift_seconds += DAY
    await world.queue.prune(10)
    assert (await world.queue.submit([keyed(world)]))[0].id == task.id
    world.clock.shift_seconds += DAY + 1
    await world.queue.prune(10)
    assert (await world.queue.submit([keyed(world, fingerprint="g")]))[0].id != task.id


async def test_a_refused_submission_leaves_its_key_free(world):
    old = msgspec.structs.replace(keyed(world), begun_at=world.clock.wall_seconds() - 2 * DAY)
    with pytest.raises(RequestError, match="24 hours"):
        await world.queue.submit([old])
    await world.queue.submit([keyed(world, fingerprint="g")])
