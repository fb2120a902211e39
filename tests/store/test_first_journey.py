"""A small file's way through the store: submitted, claimed, finished."""

import pytest

from pagemill.domain.fairness import Wish
from pagemill.domain.task import JobState, Pool, TaskState
from pagemill.store.queue import Answer
from tests.store.world import document, flows

pytestmark = pytest.mark.anyio


async def test_a_small_file_is_submitted_claimed_and_finished_by_its_plan(world, node):
    task = await world.submit()
    assert (task.state, task.open_jobs, task.revision) == (TaskState.QUEUED, 1, 1)
    turn = await world.queue.settle_and_claim(node, [], {Pool.TEXT: [Wish(flows("acme")[0], 1)]})
    (claim,) = turn.claims
    assert (await world.task(task.id)).state is TaskState.RUNNING
    assert (claim.job.state, claim.job.attempt, claim.lease.owner) == (JobState.RUNNING, 1, node)
    assert await world.end(claim, document(claim, pages=3)) is Answer.SETTLED
    done = await world.task(task.id)
    assert (done.state, done.result_key, done.open_jobs) == (TaskState.SUCCEEDED, claim.output_key, 0)
    assert (done.pages_done, done.pages_total) == (3, 3)
    assert done.finished_at is not None
