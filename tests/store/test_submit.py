"""Accepted is durable: a task with its specification and its plan job, in one commit."""

import asyncio

import msgspec
import pytest

from pagemill.domain.errors import RequestError, TaskNotFound
from pagemill.domain.task import JobKind, JobState, TaskState

pytestmark = pytest.mark.anyio


async def test_a_submission_is_a_task_a_specification_and_a_ready_plan(world):
    task = await world.submit(deadline_seconds=60, priority="high")
    view = await world.views.task(task.id)
    assert view.task == task
    assert (view.spec.task_id, view.spec.options.priority, view.spec.revision) == (task.id, "high", 1)
    assert task.deadline_at == task.arrived_at + 60
    job = await world.only_job(task.id)
    assert (job.kind, job.state, job.attempt, job.flow.tenant, job.flow.band) == (
        JobKind.PLAN,
        JobState.READY,
        0,
        "acme",
        "high",
    )
    assert await world.kinds(task.id) == ["submitted"]


async def test_a_batch_is_answered_in_its_order(world):
    batch = [world.submission() for _ in range(50)]
    tasks = await world.queue.submit(batch[::-1])
    assert [task.id for task in tasks] == [submission.spec.task_id for submission in batch[::-1]]


async def test_a_submission_whose_answer_was_lost_says_the_same_when_it_is_repeated(world, node):
    submission = world.submission()
    first = await world.queue.submit([submission])
    assert await world.queue.submit([submission, submission]) == first * 2
    await world.claim_one(node)
    (known,) = await world.queue.submit([submission])
    assert known.state is TaskState.RUNNING
    assert await world.kinds(known.id) == ["submitted", "started"]


async def test_the_same_task_twice_in_one_batch_is_one_task(world):
    submission = world.submission()
    first, second = await world.queue.submit([submission, submission])
    assert first == second
    assert len(await world.jobs(first.id)) == 1


async def test_an_upload_begun_over_a_day_ago_is_refused_with_its_whole_batch(world):
    fresh, old = world.submission(), world.submission()
    old = msgspec.structs.replace(old, begun_at=old.begun_at - 90_000)
    with pytest.raises(RequestError, match="24 hours"):
        await world.queue.submit([fresh, old])
    with pytest.raises(TaskNotFound):
        await world.views.task(fresh.spec.task_id)


async def test_a_password_never_reaches_the_rows(world, tmp_path):
    task = await world.submit(password="opensesame")
    view = await world.views.task(task.id)
    assert view.spec.options.password == ""
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"opensesame" in path.read_bytes()]


async def test_many_callers_at_once_get_each_their_own_answer(world):
    submissions = [world.submission(tenant=f"tenant-{number % 7}") for number in range(300)]
    answers = await asyncio.gather(*(world.queue.submit([submission]) for submission in submissions))
    assert [task.id for (task,) in answers] == [submission.spec.task_id for submission in submissions]
    assert (await world.views.counts()).ready == 300


async def test_a_submission_rings_both_bells_after_it_is_readable(world):
    work, events = world.wakeups.work.rings, world.wakeups.events.rings
    task = await world.submit()
    assert (world.wakeups.work.rings, world.wakeups.events.rings) == (work + 1, events + 1)
    assert (await world.task(task.id)).state is TaskState.QUEUED
