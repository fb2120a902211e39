"""Kill the writer at any instant, or take its disk away: what was answered is there, and the rows agree with each other."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pagemill.domain.task import TaskState
from pagemill.store.sqlite.engine import SqliteStore
from pagemill.store.wakeup import Wakeups
from tests.store.world import ShiftedClock, World

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def child(what: str, file: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.store.writing_child", what, str(file)]
    return subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)


def lines_until_killed(file: Path, count: int) -> list[list[str]]:
    """What the child said it had done: `count` lines and whatever else was in the pipe when it was killed."""
    with child("until-killed", file) as process:
        said = [process.stdout.readline() for _ in range(count)]
        process.kill()
        said += process.stdout.readlines()
    return [line.split() for line in said if line.endswith("\n")]


@pytest.mark.timeout(120)
async def test_a_killed_writer_loses_nothing_that_it_acknowledged(tmp_path):
    file = tmp_path / "pagemill.db"
    said = [line for lines in (40, 150, 7, 300) for line in lines_until_killed(file, lines)]
    store = SqliteStore(file, ShiftedClock(), Wakeups())
    await store.open()
    world = World(store, ShiftedClock(), Wakeups())
    succeeded = {task_id for word, task_id in said if word == "succeeded"}
    assert len(succeeded) > 20
    for word, task_id in said:
        task = await world.task(task_id)
        assert word == "accepted" or task.state is TaskState.SUCCEEDED
    assert await all_violations(world) == []
    await store.close()


async def all_violations(world: World) -> list[str]:
    """`World.violations` looks at the first 500 tasks; this at all of them."""
    after, found = "", []
    while page := await world.views.audit(after, 500):
        found += await world.violations(after)
        after = page[-1].view.task.id
    return found


@pytest.mark.timeout(60)
def test_writes_that_the_disk_refuses_change_nothing_and_later_ones_go_through(tmp_path):
    with child("beyond-the-limit", tmp_path / "pagemill.db") as process:
        said = process.stdout.read().splitlines()
    assert process.returncode == 0
    assert len(said) == 3
    assert all(line.startswith("refused") and "pagemill.db" in line for line in said)
