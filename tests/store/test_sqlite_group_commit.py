"""Group commit: verbs share a commit and nothing else. One that fails rolls back alone; a full disk refuses, and goes on."""

import asyncio
import threading

import pytest

from pagemill.domain.errors import StoreFull, TaskNotFound, TransientError
from pagemill.domain.task import TaskState
from pagemill.store.sqlite.engine import SqliteStore
from pagemill.store.sqlite.submit import submit
from pagemill.store.sqlite.writer import Urgency
from pagemill.store.views import TaskFilter
from pagemill.store.wakeup import Wakeups
from tests.store.world import ShiftedClock, World, new_spec

pytestmark = pytest.mark.anyio

ALL = TaskFilter()


@pytest.fixture
async def store(tmp_path, anyio_backend):
    store = SqliteStore(tmp_path / "pagemill.db", ShiftedClock(), Wakeups())
    await store.open()
    yield store
    await store.close()


@pytest.fixture
def world(store):
    return World(store, ShiftedClock(), Wakeups())


class Gate:
    """A verb that holds the writer until it is opened, so that the verbs behind it come into one group."""

    def __init__(self, store):
        self.closed = threading.Event()
        self._opened = threading.Event()
        self.held = asyncio.ensure_future(store._writer.run(self._wait, Urgency.NODE))

    def _wait(self, _):
        self.closed.set()
        assert self._opened.wait(30)

    async def __aenter__(self):
        await asyncio.to_thread(self.closed.wait, 30)
        return self

    async def __aexit__(self, *error):
        self._opened.set()
        await self.held


async def allow(store, more_pages):
    """A disk on which the database may grow by so many pages."""

    def limit(transaction):
        database = transaction._connection.apsw
        return database.pragma("max_page_count", database.pragma("page_count") + more_pages)

    await store._writer.run(limit)


def log_bytes(store):
    return store._path.with_name("pagemill.db-wal").stat().st_size


async def test_a_verb_that_fails_rolls_back_alone(store, world):
    def half_done(transaction):
        transaction.run("insert_garbage", prefix="half-done/")
        raise ValueError("halfway")

    async with Gate(store):
        before = asyncio.ensure_future(world.submit())
        failing = asyncio.ensure_future(store._writer.run(half_done))
        missing = asyncio.ensure_future(world.queue.rerun(new_spec("task_unknown"), False, None))
        after = asyncio.ensure_future(world.submit())
        await asyncio.sleep(0)
    first, second = await before, await after
    with pytest.raises(ValueError, match="halfway"):
        await failing
    with pytest.raises(TaskNotFound):
        await missing
    assert [view.task.id for view in (await world.views.tasks(ALL, 10)).tasks] == [second.id, first.id]
    assert await world.garbage() == set()


async def test_a_flow_of_a_verb_that_was_rolled_back_is_made_again_by_the_next(store, world):
    submission = world.submission("newcomer")

    def failing(transaction):
        submit(transaction, [submission], store.queue._pace)
        raise ValueError("halfway")

    async with Gate(store):
        first = asyncio.ensure_future(store._writer.run(failing))
        second = asyncio.ensure_future(world.queue.submit([submission]))
        await asyncio.sleep(0)
    with pytest.raises(ValueError, match="halfway"):
        await first
    assert (await second)[0].state is TaskState.QUEUED


async def test_what_nodes_live_by_goes_before_what_can_wait(store, world):
    order = []
    async with Gate(store):
        verbs = [
            asyncio.ensure_future(store._writer.run(lambda _, name=name: order.append(name), urgency))
            for name, urgency in (("prune", Urgency.BULK), ("submit", Urgency.USER), ("beat", Urgency.NODE))
        ]
        await asyncio.sleep(0)
    await asyncio.gather(*verbs)
    assert order == ["beat", "submit", "prune"]


async def test_a_full_disk_refuses_what_needs_room_and_goes_on_when_there_is_some(store, world):
    node = await world.join("node-1")
    task = await world.submit()
    await allow(store, more_pages=4)
    events = len(await world.views.events(0, 1000))
    with pytest.raises(StoreFull) as refused:
        await world.queue.submit([world.submission(tenant=f"tenant-{number}") for number in range(400)])
    assert "pagemill.db" in str(refused.value)
    assert len(await world.views.events(0, 1000)) == events
    assert (await world.views.counts()).ready == 1
    assert (await world.beat(node)).alive
    await allow(store, more_pages=10_000)
    await world.queue.submit([world.submission() for _ in range(400)])
    assert (await world.views.counts()).ready == 401
    assert (await world.task(task.id)).state is TaskState.QUEUED


async def test_on_a_full_disk_a_group_loses_only_the_verbs_that_need_room(store, world):
    node = await world.join("node-1")
    await allow(store, more_pages=1)
    async with Gate(store):
        beat = asyncio.ensure_future(world.beat(node))
        large = [world.submission() for _ in range(400)]
        submitted = asyncio.ensure_future(world.queue.submit(large))
        await asyncio.sleep(0)
    assert (await beat).alive
    with pytest.raises(StoreFull):
        await submitted
    assert (await world.views.counts()).ready == 0


async def test_a_verb_that_spoils_its_transaction_does_not_stop_the_writer(store, world):
    with pytest.raises(TransientError, match=r"pagemill\.db"):
        await store._writer.run(lambda transaction: transaction.run("commit"))
    assert (await world.submit()).state is TaskState.QUEUED


async def test_a_closed_store_says_so(tmp_path):
    store = SqliteStore(tmp_path / "pagemill.db", ShiftedClock(), Wakeups())
    with pytest.raises(TransientError, match="closed"):
        await store.queue.leave(1)
    await store.open()
    await store.close()
    await store.close()
    with pytest.raises(TransientError, match="closed"):
        await store.queue.leave(1)
    with pytest.raises(TransientError, match="closed"):
        await store.views.now()


async def test_what_waits_when_the_store_closes_is_still_committed(tmp_path):
    store = SqliteStore(tmp_path / "pagemill.db", ShiftedClock(), Wakeups())
    await store.open()
    world = World(store, ShiftedClock(), Wakeups())
    waiting = [asyncio.ensure_future(world.submit()) for _ in range(100)]
    await asyncio.sleep(0)
    await store.close()
    tasks = await asyncio.gather(*waiting)
    again = SqliteStore(tmp_path / "pagemill.db", ShiftedClock(), Wakeups())
    await again.open()
    assert {view.task.id for view in (await again.views.tasks(ALL, 200)).tasks} == {task.id for task in tasks}
    await again.close()


async def test_a_caller_that_gives_up_holds_up_nobody(store, world):
    async with Gate(store):
        impatient = asyncio.ensure_future(world.submit())
        patient = asyncio.ensure_future(world.submit())
        await asyncio.sleep(0)
        impatient.cancel()
    assert (await patient).state is TaskState.QUEUED


async def test_the_log_is_emptied_when_it_has_grown_long(store, world, monkeypatch):
    monkeypatch.setattr("pagemill.store.sqlite.writer.CHECKPOINT_BYTES", 200_000)
    await world.queue.submit([world.submission() for _ in range(500)])
    await world.garbage()
    assert log_bytes(store) == 0


async def test_a_read_that_takes_too_long_is_stopped_and_the_next_one_works(store, world, monkeypatch):
    monkeypatch.setattr("pagemill.store.sqlite.reader.LONGEST_READ_SECONDS", -1.0)
    monkeypatch.setattr("pagemill.store.sqlite.reader.STEPS_BETWEEN_LOOKS", 10)
    await world.queue.submit([world.submission() for _ in range(200)])
    with pytest.raises(TransientError, match="interrupt"):
        await world.views.tasks(ALL, 200)
    monkeypatch.setattr("pagemill.store.sqlite.reader.LONGEST_READ_SECONDS", 30.0)
    assert len((await world.views.tasks(ALL, 200)).tasks) == 200
