"""Child processes of the kill tests: `python -m tests.store.writing_child WHAT FILE`."""

import asyncio
import resource
import sys
import uuid
from pathlib import Path

from pagemill.domain.errors import StoreFull, TransientError
from pagemill.store.sqlite.engine import SqliteStore
from pagemill.store.views import TaskFilter
from pagemill.store.wakeup import Wakeups
from tests.store.world import ShiftedClock, World, document, settlement

A_BATCH = 400


async def write_until_killed(store: SqliteStore) -> None:
    """Submits, claims and settles without end, and names each task only after it was accepted or succeeded."""
    world = World(store, ShiftedClock(), Wakeups())
    node = await world.join(str(uuid.uuid4()), sole=True)
    await asyncio.gather(*(submit_for_ever(world) for _ in range(4)), work_for_ever(world, node))


async def submit_for_ever(world: World) -> None:
    while True:
        task = await world.submit(task_id=f"task_{uuid.uuid4()}")
        print("accepted", task.id, flush=True)


async def work_for_ever(world: World, node: int) -> None:
    while True:
        while await world.queue.rescue([], 100):
            pass
        claims = await world.claim(node, jobs=5)
        await world.settle(node, *(settlement(claim, document(claim)) for claim in claims))
        for claim in claims:
            print("succeeded", claim.job.task_id, flush=True)


async def write_beyond_the_limit(store: SqliteStore) -> None:
    """Lets every write beyond what the files have now fail, then lifts the limit."""
    world = World(store, ShiftedClock(), Wakeups())
    await world.submit()
    largest = max(path.stat().st_size for path in Path(sys.argv[2]).parent.iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + 10_000, resource.RLIM_INFINITY))
    for _ in range(3):
        try:
            await world.queue.submit([world.submission() for _ in range(A_BATCH)])
        except (StoreFull, TransientError) as error:
            print("refused", error, flush=True)
    assert len((await world.views.tasks(TaskFilter(), 10)).tasks) == 1
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await world.queue.submit([world.submission() for _ in range(A_BATCH)])
    assert (await world.views.counts()).ready == A_BATCH + 1
    assert await world.violations() == []


async def main() -> None:
    store = SqliteStore(Path(sys.argv[2]), ShiftedClock(), Wakeups())
    await store.open()
    try:
        await {"until-killed": write_until_killed, "beyond-the-limit": write_beyond_the_limit}[sys.argv[1]](store)
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(main())
