"""Running again: a new revision adopts what need not be done twice, and an old result stays until a new one commits."""

import pytest

from pagemill.domain.cost import Pace
from pagemill.domain.errors import TaskNotFound
from pagemill.domain.task import JobKind, JobState, TaskState
from tests.store.world import TWO_PAGES_A_RANGE, corrupt, document, new_spec, pages_read, settlement, transient

pytestmark = pytest.mark.anyio


async def rerun(world, task, *, new_options=False, **options):
    return await world.queue.rerun(new_spec(task.id, **options), new_options, TWO_PAGES_A_RANGE)


async def finish(world, node):
    """Works until nothing is ready."""
    while claims := await world.claim(node):
        for claim in claims:
            total = (await world.task(claim.job.task_id)).pages_total
            await world.end(
                claim, pages_read(claim, total) if claim.job.kind is JobKind.PAGES else document(claim, total)
            )


async def test_a_retry_does_only_the_ranges_that_did_not_finish(world, node):
    task, ranges = await world.fan_out(node, pages=8)
    await world.settle(node, *(settlement(claim, pages_read(claim, 8)) for claim in ranges[:2]))
    await world.end(ranges[2], corrupt())
    again = await rerun(world, task)
    assert (again.state, again.revision, again.open_jobs) == (TaskState.QUEUED, 2, 2)
    assert (again.pages_done, again.pages_total, again.problem) == (4, 8, None)
    claims = await world.claim(node)
    assert [claim.job.first_page for claim in claims] == [5, 7]
    assert (await world.task(task.id)).state is TaskState.RUNNING
    assert (await world.views.events(0, 100, task.id))[-2].data == {"jobs": 2, "carried": 3}
    await world.settle(node, *(settlement(claim, pages_read(claim, 8)) for claim in claims))
    assemble = await world.claim_one(node)
    assert {part.result_key for part in assemble.finished} >= {claim.output_key for claim in ranges[:2]}
    await world.end(assemble, document(assemble, pages=8))
    assert (await world.task(task.id)).result_key == assemble.output_key


async def test_new_chunks_run_assemble_alone(world, node):
    task, ranges = await world.fan_out(node, pages=4)
    await world.settle(node, *(settlement(claim, pages_read(claim, 4)) for claim in ranges))
    await finish(world, node)
    old = await world.task(task.id)
    again = await rerun(world, task, new_options=True, chunks={"target": 100})
    assert (again.open_jobs, again.result_key) == (1, old.result_key)
    claim = await world.claim_one(node)
    assert claim.job.kind is JobKind.ASSEMBLE
    assert claim.spec.options.chunks.target == 100
    assert len(claim.finished) == 3
    await world.end(claim, document(claim, pages=4))
    assert (await world.task(task.id)).result_key == claim.output_key
    assert old.result_key in await world.garbage()


async def test_other_pages_begin_anew_and_what_nobody_adopts_is_garbage(world, node):
    task, ranges = await world.fan_out(node, pages=4)
    await world.end(ranges[0], pages_read(ranges[0], 4))
    again = await rerun(world, task, new_options=True, pages="1-2")
    assert (again.open_jobs, again.pages_done, again.pages_total) == (1, 0, 0)
    claim = await world.claim_one(node)
    assert claim.job.kind is JobKind.PLAN
    plan = next(job for job in await world.jobs(task.id) if job.revision == 1 and job.kind is JobKind.PLAN)
    assert {plan.result_key, ranges[0].output_key, ranges[1].output_key} <= await world.garbage()


async def test_live_jobs_of_the_old_revision_are_cancelled(world, node):
    task, ranges = await world.fan_out(node, pages=4)
    await rerun(world, task, new_options=True, pages="1")
    old = [job.state for job in await world.jobs(task.id) if job.revision == 1 and job.kind is JobKind.PAGES]
    assert set(old) == {JobState.CANCELLED}
    assert set((await world.beat(node, held=ranges)).gone) == {claim.lease for claim in ranges}


async def test_a_retry_of_what_is_live_or_whole_changes_nothing(world, node):
    task = await world.submit()
    assert await rerun(world, task) == task
    claim = await world.claim_one(node)
    await world.end(claim, document(claim))
    done = await world.task(task.id)
    assert await rerun(world, task) == done
    assert await rerun(world, task, new_options=True) == done


async def test_a_rerun_whose_answer_was_lost_is_done_once(world, node):
    task = await world.submit()
    await world.end(await world.claim_one(node), corrupt())
    assert await rerun(world, task) == await rerun(world, task)
    changed = await rerun(world, task, new_options=True, pages="1", secret_key="secrets/2")
    assert changed.revision == 3
    assert await rerun(world, task, new_options=True, pages="1", secret_key="secrets/2") == changed


async def test_a_task_that_is_not_there_cannot_run_again(world):
    with pytest.raises(TaskNotFound):
        await world.queue.rerun(new_spec("task_unknown"), False, TWO_PAGES_A_RANGE)


async def test_a_result_stays_readable_while_a_new_revision_fails(world, node):
    task = await world.submit()
    claim = await world.claim_one(node)
    await world.end(claim, document(claim))
    await rerun(world, task, new_options=True, pages="1")
    await world.end(await world.claim_one(node), corrupt())
    over = await world.task(task.id)
    assert (over.state, over.result_key) == (TaskState.FAILED, claim.output_key)
    assert claim.output_key not in await world.garbage()


async def test_a_password_goes_with_its_revision_and_never_comes_back(world, node):
    task = await world.submit(secret_key="secrets/1")
    await rerun(world, task, new_options=True, pages="1", secret_key="secrets/2")
    assert "secrets/1" in await world.garbage()
    await world.end(await world.claim_one(node), corrupt())
    assert "secrets/2" in await world.garbage()
    await rerun(world, task, secret_key="secrets/2")
    assert (await world.views.task(task.id)).spec.secret_key == ""


async def test_budgets_are_clean_in_a_new_revision(world, node):
    task, ranges = await world.fan_out(node, pages=2)
    await world.end(ranges[0], transient())
    await world.queue.cancel([task.id])
    await rerun(world, task)
    claim = await world.claim_one(node)
    assert (claim.job.kind, claim.job.failures, claim.job.attempt, claim.job.flow.band) == ("pages", 0, 1, "normal")


async def test_many_are_retried_at_once_and_only_those_that_have_something_to_do_again(world, node):
    failed, done, live, cancelled = [await world.submit() for _ in range(4)]
    claims = {claim.job.task_id: claim for claim in await world.claim(node)}
    await world.end(claims[failed.id], corrupt())
    await world.end(claims[done.id], document(claims[done.id]))
    await world.queue.cancel([cancelled.id])
    everything = [failed.id, done.id, live.id, cancelled.id, "task_unknown"]
    assert await world.queue.retry(everything, Pace()) == (failed.id, cancelled.id)
    assert await world.queue.retry(everything, Pace()) == ()
    assert [(await world.task(task.id)).revision for task in (failed, done, live, cancelled)] == [2, 1, 1, 2]
