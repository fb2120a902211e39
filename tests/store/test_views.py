"""Reads: pages of tasks, events that are never skipped, and counts that never look at more than they must."""

import asyncio

import pytest

from pagemill.domain.errors import TaskNotFound
from pagemill.domain.task import AttemptEnd, JobKind, Pool, TaskState
from pagemill.store.views import TaskFilter
from tests.store.world import MANY, corrupt, document, settlement, transient

pytestmark = pytest.mark.anyio


async def ids(world, limit=MANY, **which):
    return [view.task.id for view in (await world.views.tasks(TaskFilter(**which), limit)).tasks]


async def test_tasks_are_listed_newest_first_page_by_page(world):
    created = [(await world.submit()).id for _ in range(7)]
    first = await ids(world, limit=3)
    second = await ids(world, limit=3, before=first[-1])
    third = await ids(world, limit=3, before=second[-1])
    assert first + second + third == created[::-1]


async def test_tasks_are_filtered_by_tenant_state_name_and_age(world, node):
    old = await world.submit("acme", file_name="Annual Report.pdf")
    (claim,) = await world.claim(node)
    await world.end(claim, corrupt())
    world.clock.shift_seconds += 100
    other = await world.submit("globex", file_name="annual.pdf")
    new = await world.submit("acme", file_name="menu.pdf")
    assert await ids(world, tenant="acme") == [new.id, old.id]
    assert await ids(world, state=TaskState.FAILED) == [old.id]
    assert await ids(world, tenant="globex", state=TaskState.QUEUED) == [other.id]
    assert await ids(world, tenant="acme", state=TaskState.FAILED) == [old.id]
    assert await ids(world, tenant="globex", state=TaskState.FAILED) == []
    assert await ids(world, state=TaskState.QUEUED) == [new.id, other.id]
    assert await ids(world, query="ANNUAL") == [other.id, old.id]
    assert await ids(world, query="%") == []
    assert await ids(world, lowest=other.id) == [new.id, other.id]
    assert await ids(world, before=new.id, lowest=other.id) == [other.id]
    assert await ids(world, ids=(old.id, new.id, "task_unknown"), tenant="acme") == [new.id, old.id]
    assert await ids(world, ids=(old.id, new.id), state=TaskState.FAILED, query="report") == [old.id]


async def test_a_task_that_is_not_there_is_not_found(world):
    with pytest.raises(TaskNotFound):
        await world.views.task("task_unknown")
    assert await world.jobs("task_unknown") == ()


async def test_attempts_say_who_tried_what_and_how_it_ended(world, node):
    task = await world.submit()
    await world.end(await world.claim_one(node), transient())
    world.clock.shift_seconds += 2
    await world.beat(node)
    await world.claim_one(node)
    first, second = await world.views.attempts(task.id)
    assert (first.kind, first.attempt, first.node, first.end) == (JobKind.PLAN, 1, node, AttemptEnd.FAILED)
    assert first.problem.code == "storage_unavailable"
    assert first.ended_at > first.started_at
    assert (second.attempt, second.end, second.ended_at, second.problem) == (2, None, None, None)


async def test_events_come_in_commit_order_and_a_cursor_never_skips_one(world, node):
    seen: list[int] = []

    async def follow():
        while len(seen) < 80:
            page = await world.views.events(seen[-1] if seen else 0, 7)
            seen.extend(event.id for event in page)
            await asyncio.sleep(0)

    async with asyncio.timeout(30):
        await asyncio.gather(follow(), *(world.submit() for _ in range(80)))
    assert seen == sorted(set(seen))
    assert seen == [event.id for event in await world.views.events(0, MANY)]


async def test_a_tasks_own_events_outlive_it(world, node):
    task, other = await world.submit(), await world.submit()
    await world.queue.delete([task.id])
    events = await world.views.events(0, MANY, task.id)
    assert [(event.kind, event.task_id, event.tenant, event.revision) for event in events] == [
        ("submitted", task.id, "acme", 1),
        ("deleted", task.id, "acme", 1),
    ]
    assert await world.views.events(events[0].id, MANY, task.id) == events[1:]
    assert await world.kinds(other.id) == ["submitted"]


async def test_the_backlog_counts_each_flows_ready_jobs_and_prices_them(world, node):
    for tenant, jobs in (("acme", 3), ("globex", 1)):
        for _ in range(jobs):
            await world.submit(tenant)
    backlog = {entry.flow.tenant: entry for entry in await world.views.backlog(Pool.TEXT, 10)}
    assert (backlog["acme"].jobs, backlog["globex"].jobs) == (3, 1)
    assert backlog["acme"].job_seconds == pytest.approx(0.06)
    await world.claim(node, jobs=1)
    assert [(entry.flow.tenant, entry.jobs) for entry in await world.views.backlog(Pool.TEXT, 10)] == [("acme", 2)]
    assert await world.views.backlog(Pool.MODEL, 10) == ()


async def test_every_flow_has_its_turn_though_there_are_more_than_asked_for(world):
    tenants = {f"tenant-{number}" for number in range(10)}
    for tenant in tenants:
        await world.submit(tenant)
    pages = [await world.views.backlog(Pool.TEXT, 4) for _ in range(3)]
    assert [len(page) for page in pages] == [4, 4, 4]
    assert {entry.flow.tenant for page in pages for entry in page} == tenants


async def test_a_backlog_of_nothing_is_empty(world):
    assert await world.views.backlog(Pool.MODEL, 10) == ()


async def test_counts_are_of_live_jobs(world, node):
    await world.queue.submit([world.submission() for _ in range(6)])
    claims = await world.claim(node, jobs=3)
    await world.settle(node, settlement(claims[0], document(claims[0])), settlement(claims[1], transient()))
    counts = await world.views.counts()
    assert (counts.ready, counts.delayed, counts.running) == (3, 1, 1)
    assert counts.ready_seconds == pytest.approx(3 * 0.06)


async def test_an_audit_walks_all_tasks_in_chunks(world, node):
    created = [(await world.submit()).id for _ in range(5)]
    claim = (await world.claim(node, jobs=1))[0]
    await world.end(claim, corrupt())
    first = await world.views.audit("", 3)
    second = await world.views.audit(first[-1].view.task.id, 3)
    assert [audit.view.task.id for audit in first + second] == created
    assert first[0].garbage == (claim.output_key,)
    assert [job.state for job in first[0].jobs] == ["dead"]
    assert [attempt.end for attempt in first[0].attempts] == ["failed"]


async def test_the_stores_clock_can_be_shifted(world):
    before = await world.views.now()
    world.clock.shift_seconds += 1_000
    assert await world.views.now() == pytest.approx(before + 1_000, abs=5)


async def test_the_live_jobs_of_a_tenant_are_counted_and_no_others(world, node):
    await world.fan_out(node, pages=8)
    await world.submit()
    await world.submit("globex")
    done = await world.submit()
    await world.queue.cancel([done.id])
    assert await world.views.live_jobs("acme", 100) == 4 + 1
    assert await world.views.live_jobs("globex", 100) == 1
    assert await world.views.live_jobs("nobody", 100) == 0
    assert await world.views.live_jobs("acme", 2) >= 2


async def test_a_page_ends_after_so_many_tasks_that_were_looked_at_and_the_next_goes_on(world, monkeypatch):
    monkeypatch.setattr("pagemill.store.sqlite.listing.NAMES_LOOKED_AT", 3)
    names = ["needle.pdf", *["hay.pdf"] * 4, "needle.pdf", *["hay.pdf"] * 3]
    created = [(await world.submit(file_name=name)).id for name in names]
    for state in (None, TaskState.QUEUED):
        for tenant in ("acme", None):
            found, before, pages = [], "", 0
            while before or not pages:
                which = TaskFilter(tenant=tenant, query="needle", state=state, before=before)
                page = await world.views.tasks(which, 5)
                found += [view.task.id for view in page.tasks]
                before, pages = page.before, pages + 1
            assert found == [created[5], created[0]]
            assert pages > 2


async def test_a_full_page_says_where_the_next_one_begins_and_the_last_says_that_there_is_none(world):
    created = [(await world.submit()).id for _ in range(4)]
    first = await world.views.tasks(TaskFilter(), 2)
    second = await world.views.tasks(TaskFilter(before=first.before), 2)
    assert (first.before, second.before) == (created[2], "")
