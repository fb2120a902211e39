"""Claims: what is asked for and no more, in rank order, each with all that its work needs."""

import asyncio

import pytest

from pagemill.domain.fairness import Wish
from pagemill.domain.lifecycle import claimed
from pagemill.domain.options import ErrorHandling
from pagemill.domain.task import JobKind, Pool, TaskState
from tests.store.world import MANY, corrupt, deferred, document, flows, pages_read, settlement, transient

pytestmark = pytest.mark.anyio


async def test_a_claim_is_what_the_domain_says_a_claimed_job_is(world, node):
    task = await world.submit()
    before = await world.only_job(task.id)
    claim = await world.claim_one(node)
    assert claim.job == claimed(before, node) == await world.only_job(task.id)
    assert (claim.lease.job_id, claim.lease.attempt, claim.lease.owner) == (before.id, 1, node)
    assert claim.spec == (await world.views.task(task.id)).spec


async def test_claims_come_in_rank_order_and_no_more_than_wished(world, node):
    tasks = [await world.submit() for _ in range(5)]
    wishes = {Pool.TEXT: [Wish(flows("acme")[0], 2)]}
    first = (await world.queue.settle_and_claim(node, [], wishes)).claims
    second = (await world.queue.settle_and_claim(node, [], wishes)).claims
    assert [claim.job.task_id for claim in first + second] == [task.id for task in tasks[:4]]


async def test_each_flow_gives_what_its_own_wish_asks(world, node):
    for tenant in ("acme", "globex", "initech"):
        for _ in range(3):
            await world.submit(tenant)
    acme, globex, _ = flows("acme", "globex", "initech")
    turn = await world.queue.settle_and_claim(node, [], {Pool.TEXT: [Wish(globex, 1), Wish(acme, 2)]})
    assert [claim.job.flow.tenant for claim in turn.claims] == ["globex", "acme", "acme"]


async def test_a_pool_that_nobody_wishes_for_is_left_alone(world, node):
    _, ranges = await world.fan_out(node, pages=4)
    await world.end(ranges[0], transient())
    assert await world.claim(node, pool=Pool.TEXT) == ()
    assert {claim.job.pool for claim in ranges} == {Pool.MODEL}


async def test_a_flow_that_is_not_there_gives_nothing(world, node):
    wishes = {Pool.TEXT: [Wish(flows("nobody")[0], 5)], Pool.MODEL: []}
    assert (await world.queue.settle_and_claim(node, [], wishes)).claims == ()


async def test_two_nodes_that_claim_at_once_never_share_a_job(world, node):
    other = await world.join("node-2")
    for _ in range(100):
        await world.submit()
    wishes = {Pool.TEXT: [Wish(flows("acme")[0], 5)]}
    turns = await asyncio.gather(
        *(world.queue.settle_and_claim(owner, [], wishes) for _ in range(15) for owner in (node, other))
    )
    ids = [claim.job.id for turn in turns for claim in turn.claims]
    assert len(ids) == len(set(ids)) == 100


async def test_a_node_that_is_not_alive_by_its_row_gets_nothing(world, node):
    await world.submit()
    wishes = {Pool.TEXT: [Wish(flows("acme")[0], 1)]}
    await world.queue.leave(node)
    assert (await world.queue.settle_and_claim(node, [], wishes)).claims == ()
    assert (await world.queue.settle_and_claim(4711, [], wishes)).claims == ()


async def test_only_the_first_claim_starts_a_task(world, node):
    task = await world.submit()
    claim = await world.claim_one(node)
    started = await world.task(task.id)
    assert started.state is TaskState.RUNNING
    assert started.started_at is not None
    await world.end(claim, transient())
    world.clock.shift_seconds += 5
    await world.beat(node)
    again = await world.claim_one(node)
    assert again.job.attempt == 2
    assert await world.task(task.id) == started
    assert (await world.kinds(task.id)).count("started") == 1


async def test_assemble_is_given_what_was_read_and_what_died(world, node):
    task, ranges = await world.fan_out(node, pages=6, error_handling=ErrorHandling.CONTINUE)
    plan = next(job for job in await world.jobs(task.id) if job.kind is JobKind.PLAN)
    for claim in ranges[:2]:
        await world.end(claim, pages_read(claim, 6))
    await world.end(ranges[2], corrupt())
    claim = await world.claim_one(node)
    assert claim.job.kind is JobKind.ASSEMBLE
    assert [(part.kind, part.first_page, part.last_page, part.result_key) for part in claim.finished] == [
        (JobKind.PLAN, 0, 0, plan.result_key),
        (JobKind.PAGES, 1, 2, ranges[0].output_key),
        (JobKind.PAGES, 3, 4, ranges[1].output_key),
    ]
    assert [(part.first_page, part.last_page, part.code) for part in claim.failed] == [(5, 6, "corrupt_file")]
    await world.end(claim, document(claim, pages=6, failed_pages=2))
    done = await world.task(task.id)
    assert (done.state, done.partial, done.pages_done) == (TaskState.SUCCEEDED, True, 4)


async def test_settling_and_claiming_are_one_turn(world, node):
    await world.submit()
    plan = await world.claim_one(node)
    wishes = {Pool.MODEL: [Wish(flows("acme")[0], MANY)]}
    turn = await world.queue.settle_and_claim(node, [settlement(plan, deferred(plan, 4))], wishes)
    assert [claim.job.kind for claim in turn.claims] == [JobKind.PAGES] * len(turn.claims) != []
