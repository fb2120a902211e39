"""Leases: a node owns what the rows say, whatever the clock does; what a dead one held runs again."""

import pytest

from pagemill.domain.fairness import Wish
from pagemill.domain.task import JobState, Lease, Pool
from pagemill.store.queue import Answer, Beat, NewNode, Sighting
from tests.store.world import document, flows, settlement, transient

pytestmark = pytest.mark.anyio


async def test_joining_twice_is_being_one_node(world, node):
    assert await world.join("node-1") == node
    assert await world.join("node-2") != node


async def test_a_beat_counts_and_keeps_the_load(world, node):
    assert (await world.beat(node)).alive
    (row,) = await world.views.nodes()
    assert (row.state, row.beat, row.load, row.host) == ("alive", 1, {"cpu": 0.5}, "host")
    assert row.alive_until > await world.views.now() + 5


async def test_a_claim_whose_answer_was_lost_goes_back_uncounted(world, node):
    task = await world.submit()
    lost = await world.claim_one(node)
    assert (await world.beat(node, held=())).gone == ()
    job = await world.only_job(task.id)
    assert (job.state, job.failures, job.losses, job.suspect) == (JobState.READY, 0, 0, False)
    assert await world.ends(task.id) == ["given_back"]
    assert lost.output_key in await world.garbage()


async def test_a_beat_leaves_alone_what_the_node_holds(world, node):
    task, ranges = await world.fan_out(node)
    answer = await world.beat(node, held=ranges, begun=ranges[:1])
    assert (answer.alive, answer.gone) == (True, ())
    assert [job.begun for job in await world.jobs(task.id)] == [False, True, False, False, False]


async def test_a_beat_says_what_is_no_longer_the_nodes(world, node):
    await world.submit()
    claim = await world.claim_one(node)
    await world.end(claim, document(claim))
    invented = Lease(4711, 1, node)
    answer = await world.beat(node, held=[claim])
    assert answer.gone == (claim.lease,)
    assert (await world.queue.beat(Beat(node, (invented,), (invented,), {}))).gone == (invented,)


async def test_a_node_that_is_dead_by_its_row_is_told_and_stays_dead(world, node):
    await world.submit()
    claim = await world.claim_one(node)
    await world.die(node)
    answer = await world.beat(node, held=[claim])
    assert (answer.alive, answer.gone) == (False, (claim.lease,))
    assert await world.join("node-1") == node
    assert not (await world.beat(node)).alive
    assert (await world.views.nodes())[0].state == "dead"


async def test_silence_alone_kills_nobody(world, node):
    (row,) = await world.views.nodes()
    await world.queue.rescue([Sighting(node, row.beat)], 10)
    assert (await world.beat(node)).alive


async def test_a_beat_since_the_sighting_saves_the_node(world, node):
    (row,) = await world.views.nodes()
    await world.beat(node)
    world.clock.shift_seconds += 60
    await world.queue.rescue([Sighting(node, row.beat)], 10)
    assert (await world.beat(node)).alive


async def test_a_clock_that_jumps_kills_nobody_who_is_not_silent(world, node):
    await world.submit()
    claim = await world.claim_one(node)
    world.clock.shift_seconds += 3_600
    assert await world.queue.rescue([], 10) == 0
    assert (await world.beat(node, held=[claim])).gone == ()


async def test_what_a_dead_node_had_not_begun_is_not_counted(world, node):
    task = await world.submit()
    await world.claim_one(node)
    await world.die(node)
    assert await world.queue.rescue([], 10) == 1
    job = await world.only_job(task.id)
    assert (job.state, job.suspect, job.losses, job.owner) == (JobState.READY, False, 0, None)
    assert await world.ends(task.id) == ["lost"]
    assert "attempt_failed" not in await world.kinds(task.id)


async def test_what_a_dead_node_had_begun_is_suspected_but_never_convicted(world, node):
    task = await world.submit()
    for number in range(4):
        owner = await world.join(f"doomed-{number}")
        claim = await world.claim_one(owner)
        assert claim.job.suspect == (number > 0)
        await world.beat(owner, held=[claim], begun=[claim])
        await world.die(owner)
        assert await world.queue.rescue([], 10) == 1
    job = await world.only_job(task.id)
    assert (job.state, job.suspect, job.losses, job.attempt) == (JobState.READY, True, 0, 4)


async def test_jobs_whose_owner_has_no_row_any_more_are_rescued(world, node):
    task = await world.submit(deadline_seconds=30 * 86_400)
    doomed = await world.join("doomed")
    await world.claim_one(doomed)
    await world.die(doomed)
    world.clock.shift_seconds += 8 * 86_400
    await world.queue.prune(10)
    assert [row.id for row in await world.views.nodes()] == [node]
    assert (await world.only_job(task.id)).owner == doomed
    assert await world.queue.rescue([], 10) == 1
    assert (await world.only_job(task.id)).state is JobState.READY


async def test_a_node_that_never_joined_keeps_nothing(world, node):
    await world.submit()
    turn = await world.queue.settle_and_claim(4711, [], {Pool.TEXT: [Wish(flows("acme")[0], 1)]})
    assert turn.claims == ()
    assert await world.queue.rescue([], 10) == 0


async def test_rescue_is_bounded_and_ends_with_nothing(world, node):
    for _ in range(5):
        await world.submit()
    doomed = await world.join("doomed")
    await world.claim(doomed)
    await world.die(doomed)
    assert [await world.queue.rescue([], 2) for _ in range(4)] == [2, 2, 1, 0]
    assert len(await world.claim(node)) == 5


async def test_a_rescued_job_refuses_the_node_that_wakes_up(world, node):
    task = await world.submit()
    doomed = await world.join("doomed")
    late = await world.claim_one(doomed)
    await world.die(doomed)
    await world.queue.rescue([], 10)
    current = await world.claim_one(node)
    assert await world.end(late, document(late)) is Answer.REFUSED
    assert late.output_key in await world.garbage()
    await world.end(current, document(current))
    assert (await world.task(task.id)).result_key == current.output_key


async def test_a_node_declared_dead_too_soon_still_settles_before_the_rescue(world, node):
    task = await world.submit()
    claim = await world.claim_one(node)
    await world.die(node)
    assert await world.end(claim, document(claim)) is Answer.SETTLED
    assert await world.queue.rescue([], 10) == 0
    assert (await world.task(task.id)).result_key == claim.output_key


async def test_leaving_gives_everything_back_uncounted(world, node):
    task, ranges = await world.fan_out(node)
    for _ in range(2):
        await world.queue.leave(node)
    assert await world.states(task.id) == {"done": 1, "ready": len(ranges)}
    assert not any(job.failures or job.losses or job.suspect for job in await world.jobs(task.id))
    assert (await world.views.nodes())[0].state == "left"


async def test_who_owns_the_data_folder_knows_that_all_others_are_dead(world, node):
    await world.submit()
    await world.claim_one(node)
    heir = await world.join("heir", sole=True)
    assert {row.id: row.state for row in await world.views.nodes()} == {node: "dead", heir: "alive"}
    assert await world.queue.rescue([], 10) == 1
    assert await world.claim_one(heir)


async def test_what_becomes_due_is_promoted_at_most_200_a_beat(world, node):
    await world.queue.submit([world.submission() for _ in range(250)])
    claims = await world.claim(node)
    await world.settle(node, *(settlement(claim, transient()) for claim in claims))
    world.clock.shift_seconds += 2
    heard = world.wakeups.work.rings
    assert [(await world.beat(node)).promoted for _ in range(3)] == [200, 50, 0]
    assert world.wakeups.work.rings == heard + 2


async def test_a_draining_node_claims_nothing_more_and_settles_what_it_has(world, node):
    await world.submit()
    claim = await world.claim_one(node)
    await world.submit()
    assert await world.queue.drain(node, draining=True)
    assert await world.claim(node) == ()
    answer = await world.beat(node, held=[claim])
    assert (answer.alive, answer.draining, answer.gone) == (True, True, ())
    assert await world.end(claim, document(claim)) is Answer.SETTLED
    assert [row.draining for row in await world.views.nodes()] == [True]
    assert await world.queue.drain(node, draining=False)
    assert not (await world.beat(node)).draining
    assert len(await world.claim(node)) == 1


async def test_only_a_node_that_is_alive_can_be_told_to_drain(world, node):
    assert not await world.queue.drain(4711, draining=True)
    await world.queue.leave(node)
    assert not await world.queue.drain(node, draining=True)


async def test_a_node_that_is_told_to_drain_is_woken_to_beat(world, node):
    heard = world.wakeups.revoked.rings
    await world.queue.drain(node, draining=True)
    assert await world.wakeups.revoked.wait(heard, 5.0) == heard + 1


async def test_a_node_that_joins_anew_while_it_drains_goes_on_draining(world, node):
    again = await world.queue.join(NewNode("node-1-again", "host", sole=False, draining=True))
    await world.submit()
    assert await world.claim(again) == ()
