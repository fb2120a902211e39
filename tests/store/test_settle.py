"""Settlements: fenced, repeatable, and counted so that exactly one assemble follows the last range."""

import asyncio
from functools import partial

import pytest
from msgspec.structs import replace

from pagemill.domain.errors import Evidence, Fault, Problem
from pagemill.domain.lifecycle import ALLOWED_EDGES
from pagemill.domain.options import ErrorHandling
from pagemill.domain.outcome import Failed, GivenBack, LossCause, Lost, PagesRead
from pagemill.domain.task import JobKind, JobState, Lease, TaskState
from pagemill.store.queue import Answer
from tests.store.world import (
    TWO_PAGES_A_RANGE,
    corrupt,
    deferred,
    document,
    new_spec,
    pages_read,
    settlement,
    transient,
)

pytestmark = pytest.mark.anyio

OUTCOMES = {
    "document": document,
    "pages": partial(deferred, pages=4),
    "transient": transient(),
    "corrupt": corrupt(),
    "given back": GivenBack(reason="drained"),
    "dependency down": GivenBack(reason="down", delay_seconds=30),
    "lost": Lost(cause=LossCause.CRASH, begun=True, alone=False),
    "lost on a page": Lost(cause=LossCause.CRASH, begun=True, alone=True, page=2, page_count=3),
    "not begun": Lost(cause=LossCause.CRASH, begun=False, alone=False),
    "memory": Failed(fault=Fault.RESOURCE, problem=Problem("out_of_memory", "too large")),
}


@pytest.fixture(params=OUTCOMES)
def outcome_of(request):
    """The outcome that a claim ends with."""
    outcome = OUTCOMES[request.param]
    return outcome if callable(outcome) else lambda _: outcome


async def test_a_settlement_whose_answer_was_lost_says_so_and_changes_nothing_more(world, node, outcome_of):
    task = await world.submit()
    claim = await world.claim_one(node)
    once = settlement(claim, outcome_of(claim))
    assert await world.settle(node, once) == (Answer.SETTLED,)
    before = (await world.task(task.id), await world.jobs(task.id), await world.views.attempts(task.id))
    events = await world.kinds(task.id)
    assert await world.settle(node, once, once) == (Answer.REPEATED, Answer.REPEATED)
    assert before == (await world.task(task.id), await world.jobs(task.id), await world.views.attempts(task.id))
    assert await world.kinds(task.id) == events


async def test_the_same_settlement_twice_in_a_batch_counts_once(world, node, outcome_of):
    await world.submit()
    claim = await world.claim_one(node)
    once = settlement(claim, outcome_of(claim))
    assert await world.settle(node, once, once) == (Answer.SETTLED, Answer.REPEATED)


async def test_every_outcome_lands_on_an_allowed_edge(world, node, outcome_of):
    task = await world.submit()
    claim = await world.claim_one(node)
    await world.end(claim, outcome_of(claim))
    after = next(job for job in await world.jobs(task.id) if job.id == claim.job.id)
    assert (JobState.RUNNING, after.state) in frozenset().union(*ALLOWED_EDGES.values())


async def test_a_stale_attempt_is_refused(world, node):
    task = await world.submit()
    stale = await world.claim_one(node)
    await world.beat(node, held=())
    current = await world.claim_one(node)
    assert current.lease.attempt == stale.lease.attempt + 1
    assert await world.end(stale, document(stale)) is Answer.REFUSED
    assert (await world.task(task.id)).state is TaskState.RUNNING
    assert await world.end(current, document(current)) is Answer.SETTLED
    assert (await world.task(task.id)).result_key == current.output_key


@pytest.mark.parametrize("wrong", [{"owner": 99}, {"attempt": 2}, {"job_id": 4711}])
async def test_a_lease_that_is_not_the_jobs_is_refused(world, node, wrong):
    task = await world.submit()
    claim = await world.claim_one(node)
    lease = Lease(**{"job_id": claim.job.id, "attempt": 1, "owner": node, **wrong})
    outcome = document(claim)
    assert await world.settle(node, replace(settlement(claim, outcome), lease=lease)) == (Answer.REFUSED,)
    assert (await world.only_job(task.id)).state is JobState.RUNNING


@pytest.mark.parametrize("wrong", [{"revision": 2}, {"task_id": "task_other"}])
async def test_a_specification_that_is_not_the_jobs_is_refused(world, node, wrong):
    await world.submit()
    claim = await world.claim_one(node)
    other = replace(settlement(claim, document(claim)), spec=replace(claim.spec, **wrong))
    assert await world.settle(node, other) == (Answer.REFUSED,)


async def test_an_older_revision_is_refused(world, node):
    task = await world.submit()
    old = await world.claim_one(node)
    await world.queue.rerun(new_spec(task.id, pages="1"), True, TWO_PAGES_A_RANGE)
    assert await world.end(old, document(old)) is Answer.REFUSED
    new = await world.claim_one(node)
    assert await world.end(new, document(new)) is Answer.SETTLED
    assert old.output_key in await world.garbage()


async def test_a_task_that_is_over_takes_nothing_more(world, node):
    task = await world.submit()
    claim = await world.claim_one(node)
    await world.queue.cancel([task.id])
    cancelled = await world.task(task.id)
    assert await world.end(claim, document(claim)) is Answer.REFUSED
    assert await world.task(task.id) == cancelled


async def test_a_batch_settles_what_it_can_and_refuses_the_rest(world, node):
    tasks = [await world.submit() for _ in range(3)]
    claims = await world.claim(node)
    await world.queue.cancel([tasks[1].id])
    answers = await world.settle(node, *(settlement(claim, document(claim)) for claim in claims))
    assert answers == (Answer.SETTLED, Answer.REFUSED, Answer.SETTLED)


async def test_a_result_with_another_key_is_no_repetition(world, node):
    task = await world.submit()
    claim = await world.claim_one(node)
    await world.end(claim, document(claim))
    other = replace(document(claim), result_key=f"{task.id}/1/1/9/")
    assert await world.end(claim, other) is Answer.REFUSED
    assert (await world.task(task.id)).result_key == claim.output_key


@pytest.mark.parametrize("batches", [1, 2])
async def test_the_last_two_ranges_leave_exactly_one_assemble(world, node, batches):
    task, ranges = await world.fan_out(node, pages=8)
    *early, third, fourth = [settlement(claim, pages_read(claim, 8)) for claim in ranges]
    await world.settle(node, *early)
    if batches == 1:
        await world.settle(node, third, fourth)
    else:
        await asyncio.gather(world.settle(node, third), world.settle(node, fourth))
    jobs = await world.jobs(task.id)
    assert [job.kind for job in jobs].count(JobKind.ASSEMBLE) == 1
    halfway = await world.task(task.id)
    assert (halfway.open_jobs, halfway.pages_done, halfway.pages_total) == (1, 8, 8)
    assemble = await world.claim_one(node)
    await world.end(assemble, document(assemble, pages=8))
    assert (await world.task(task.id)).result_key == assemble.output_key


async def test_a_plan_tells_what_it_leaves_behind(world, node):
    task, ranges = await world.fan_out(node, pages=8)
    events = await world.views.events(0, 10, task.id)
    assert [event.kind for event in events] == ["submitted", "started", "planned"]
    assert events[-1].data == {"pages_total": 8, "jobs": 4}
    assert [claim.job.first_page for claim in ranges] == [1, 3, 5, 7]


async def test_a_broken_file_fails_at_once_with_its_own_problem(world, node):
    task = await world.submit()
    claim = await world.claim_one(node)
    await world.end(claim, corrupt())
    failed = await world.task(task.id)
    assert (failed.state, failed.problem.code, failed.open_jobs) == (TaskState.FAILED, "corrupt_file", 0)
    assert (await world.views.attempts(task.id))[0].problem.code == "corrupt_file"
    assert await world.kinds(task.id) == ["submitted", "started", "attempt_failed", "failed"]
    assert claim.output_key in await world.garbage()


async def test_a_range_that_dies_cancels_the_rest_of_its_task_in_the_same_commit(world, node):
    task, ranges = await world.fan_out(node, pages=8)
    answers = await world.settle(
        node,
        settlement(ranges[0], pages_read(ranges[0], 8)),
        settlement(ranges[1], corrupt(page=3)),
        settlement(ranges[2], pages_read(ranges[2], 8)),
    )
    assert answers == (Answer.SETTLED, Answer.SETTLED, Answer.REFUSED)
    failed = await world.task(task.id)
    assert (failed.state, failed.problem.page, failed.open_jobs) == (TaskState.FAILED, 3, 0)
    assert await world.states(task.id) == {"done": 2, "dead": 1, "cancelled": 2}
    assert {claim.output_key for claim in ranges[1:]} <= await world.garbage()


async def test_a_range_that_dies_is_left_out_if_the_user_said_so(world, node):
    task, ranges = await world.fan_out(node, pages=4, error_handling=ErrorHandling.CONTINUE)
    await world.settle(node, *(settlement(claim, corrupt()) for claim in ranges))
    assert await world.states(task.id) == {"done": 1, "dead": 2, "ready": 1}


async def test_a_transient_failure_waits_its_backoff_in_the_retry_lane(world, node):
    task = await world.submit()
    claim = await world.claim_one(node)
    await world.end(claim, transient())
    job = await world.only_job(task.id)
    assert (job.state, job.failures, job.flow.band) == (JobState.DELAYED, 1, "retry")
    assert job.run_at == pytest.approx(await world.views.now() + 0.5, abs=0.4)
    assert (await world.beat(node)).promoted == 0
    world.clock.shift_seconds += 1
    assert (await world.beat(node)).promoted == 1
    again = await world.claim_one(node)
    assert (again.job.attempt, again.job.rank) == (2, claim.job.rank)


async def test_evidence_of_a_crash_is_kept_with_the_attempt(world, node):
    task = await world.submit()
    claim = await world.claim_one(node)
    evidence = Evidence(signal="SIGSEGV", stage="layout", page=2, stderr="boom")
    await world.end(claim, Lost(cause=LossCause.CRASH, begun=True, alone=False, evidence=evidence))
    (attempt,) = await world.views.attempts(task.id)
    assert (attempt.end, attempt.problem.evidence) == ("lost", evidence)
    assert (await world.only_job(task.id)).suspect


async def test_a_loss_on_a_known_page_splits_the_range(world, node):
    task, ranges = await world.fan_out(node, pages=8)
    await world.end(ranges[0], Lost(cause=LossCause.CRASH, begun=True, alone=True, page=2))
    assert (await world.task(task.id)).open_jobs == 5
    assert await world.states(task.id) == {"done": 1, "split": 1, "running": 3, "ready": 2}
    suspect = next(job for job in await world.jobs(task.id) if job.suspect)
    assert (suspect.first_page, suspect.last_page, suspect.losses) == (2, 2, 1)


async def test_a_new_result_makes_the_old_one_garbage_only_when_it_is_published(world, node):
    task = await world.submit()
    first = await world.claim_one(node)
    await world.end(first, document(first))
    await world.queue.rerun(new_spec(task.id, pages="1"), True, TWO_PAGES_A_RANGE)
    assert (await world.task(task.id)).result_key == first.output_key
    second = await world.claim_one(node)
    assert first.output_key not in await world.garbage()
    await world.end(second, document(second))
    assert (await world.task(task.id)).result_key == second.output_key
    assert first.output_key in await world.garbage()


@pytest.mark.parametrize("end", ["succeed", "fail", "cancel", "time out"])
async def test_the_password_is_garbage_as_soon_as_the_task_is_over(world, node, end):
    task = await world.submit(secret_key="secrets/1")
    claim = await world.claim_one(node)
    assert "secrets/1" not in await world.garbage()
    match end:
        case "succeed":
            await world.end(claim, document(claim))
        case "fail":
            await world.end(claim, corrupt())
        case "cancel":
            await world.queue.cancel([task.id])
        case _:
            world.clock.shift_seconds += 8 * 86_400
            await world.queue.prune(10)
    assert "secrets/1" in await world.garbage()


async def test_an_outcome_that_cannot_be_written_is_a_defect_of_its_own_job_only(world, node):
    tasks = [await world.submit() for _ in range(2)]
    first, second = await world.claim(node)
    impossible = PagesRead(result_key="", page_count=3, read_to=3, pages_read=3)
    answers = await world.settle(node, settlement(first, impossible), settlement(second, document(second)))
    assert answers == (Answer.SETTLED, Answer.SETTLED)
    job = await world.only_job(tasks[0].id)
    assert (job.state, job.problem.code) == (JobState.DELAYED, "internal_error")
    assert (await world.task(tasks[1].id)).state is TaskState.SUCCEEDED
