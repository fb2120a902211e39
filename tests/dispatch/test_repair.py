"""A store that was damaged by hand is mended: nothing accepted is lost, and nothing healthy is touched."""

from pathlib import Path
from random import Random

import apsw
import pytest

from pagemill.blobs.folder import FolderBlobs
from pagemill.blobs.keys import READING
from pagemill.dispatch.audit import RENDITIONS
from pagemill.dispatch.repair import Remedy, Repair, repair
from pagemill.domain.task import Claim, Task, TaskState
from tests.store.world import TWO_PAGES_A_RANGE, World, deferred, document, new_file, pages_read, settlement

pytestmark = [pytest.mark.anyio, pytest.mark.long]

DAY_SECONDS = 86_400


class Damaged:
    """A store with results in its blobs, and a way to hurt it."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.blobs = FolderBlobs(folder / "blobs")
        self._path = folder / "pagemill.db"

    async def accepted(self) -> Task:
        task = await self.world.submit()
        self.blobs.put(f"{task.id}/input/report.pdf", b"%PDF")
        return task

    async def finished(self) -> Task:
        """A task with a result."""
        task = await self.accepted()
        await self.finish(await self.world.claim_one(await self.owner()))
        return await self.world.task(task.id)

    async def finish(self, claim: Claim) -> None:
        for name in RENDITIONS:
            self.blobs.put(claim.output_key + name, b"{}")
        await self.world.end(claim, document(claim, pages=8))

    async def fanned_out(self) -> tuple[Task, tuple[Claim, ...]]:
        """A task of eight pages whose four ranges have been read; the last one just now."""
        task = await self.accepted()
        owner = await self.owner()
        plan = await self.world.claim_one(owner)
        self.blobs.put(plan.output_key + READING, b"plan")
        await self.world.settle(owner, settlement(plan, deferred(plan, 8), TWO_PAGES_A_RANGE))
        ranges = await self.world.claim(owner)
        for claim in ranges:
            self.blobs.put(claim.output_key + READING, b"pages")
            await self.world.end(claim, pages_read(claim, 8))
        return await self.world.task(task.id), ranges

    async def owner(self) -> int:
        return await self.world.join("node")

    def sql(self, statement: str, **values: object) -> None:
        """What somebody does with a tool of their own, who does not know the foreign keys."""
        connection = apsw.Connection(str(self._path))
        try:
            connection.pragma("ignore_check_constraints", 1)
            connection.execute(statement, values)
        finally:
            connection.close()

    def lose(self, key: str) -> None:
        self.blobs.delete([key])

    async def repaired(self) -> Repair:
        return await repair(self.world.queue, self.world.views, self.world.store.files, self.blobs)


@pytest.fixture
def place(world: World, tmp_path: Path) -> Damaged:
    return Damaged(world, tmp_path)


async def test_what_is_healthy_is_not_touched(place: Damaged) -> None:
    await place.finished()
    await place.fanned_out()
    await place.accepted()
    cancelled = await place.accepted()
    await place.world.queue.cancel([cancelled.id])
    before = await place.world.views.audit("", 100)
    stored = {(blob.key, blob.modified_at) for blob in place.blobs.list("")}
    done = await place.repaired()
    assert (done.tasks, done.mended, done.untangled_rows, done.swept, done.remaining) == (4, (), 0, 0, ())
    assert await place.world.views.audit("", 100) == before
    assert {(blob.key, blob.modified_at) for blob in place.blobs.list("")} == stored


async def test_a_task_whose_result_lost_a_file_is_run_again(place: Damaged) -> None:
    task, other = await place.finished(), await place.finished()
    place.lose(f"{task.result_key}document.md")
    done = await place.repaired()
    assert [(mended.task_id, mended.remedy, mended.revision) for mended in done.mended] == [(task.id, Remedy.AGAIN, 2)]
    assert done.mended[0].findings == (f"the blob {task.result_key}document.md is missing",)
    assert done.remaining == ()
    again = await place.world.task(task.id)
    assert (again.state, again.result_key) == (TaskState.QUEUED, "")
    assert await place.world.task(other.id) == other
    await place.finish(await place.world.claim_one(await place.owner()))
    assert (await place.world.task(task.id)).state is TaskState.SUCCEEDED
    assert (await place.repaired()).mended == ()


async def test_what_had_been_read_is_carried_over(place: Damaged) -> None:
    task, _ = await place.fanned_out()
    await place.finish(await place.world.claim_one(await place.owner()))
    task = await place.world.task(task.id)
    place.lose(f"{task.result_key}document.json")
    assert (await place.repaired()).remaining == ()
    assert await place.world.states(task.id) == {"done": 5, "ready": 1}


async def test_only_the_range_whose_reading_is_gone_is_read_again(place: Damaged) -> None:
    task, ranges = await place.fanned_out()
    place.lose(ranges[1].output_key + READING)
    assert (await place.repaired()).remaining == ()
    assert await place.world.states(task.id) == {"done": 4, "ready": 1}
    (again,) = [job for job in await place.world.jobs(task.id) if job.revision == 2 and job.state == "ready"]
    assert (again.first_page, again.last_page) == (ranges[1].job.first_page, ranges[1].job.last_page)


async def test_without_what_the_plan_read_everything_is_read_again(place: Damaged) -> None:
    task, _ = await place.fanned_out()
    plan = next(job for job in await place.world.jobs(task.id) if job.kind == "plan")
    place.lose(plan.result_key + READING)
    assert (await place.repaired()).remaining == ()
    assert await place.world.states(task.id) == {"ready": 1}


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE task SET open_jobs = 7 WHERE id = :id",
        "UPDATE task SET revision = 2 WHERE id = :id",
        "UPDATE job SET state = 'cancelled' WHERE task_id = :id",
        "UPDATE task SET state = 'running', started_at = 1, open_jobs = 3 WHERE id = :id",
        "DELETE FROM job WHERE task_id = :id",
        "INSERT INTO event (task_id, tenant, revision, at, kind, data) VALUES (:id, 'acme', 1, 1.0, 'failed', '{}')",
        "INSERT INTO garbage (prefix) VALUES (:id || '/input/')",
    ],
)
async def test_a_waiting_task_whose_rows_disagree_still_ends(place: Damaged, damage: str) -> None:
    task = await place.accepted()
    other = await place.accepted()
    place.sql(damage, id=task.id)
    assert (await place.repaired()).remaining == ()
    for claim in await place.world.claim(await place.owner()):
        await place.finish(claim)
    assert {(await place.world.task(one.id)).state for one in (task, other)} == {TaskState.SUCCEEDED}
    assert (await place.repaired()).mended == ()


async def test_a_job_without_its_attempts_is_done_again(place: Damaged) -> None:
    task = await place.finished()
    place.sql("DELETE FROM attempt")
    done = await place.repaired()
    assert ([mended.remedy for mended in done.mended], done.remaining) == ([Remedy.AGAIN], ())
    await place.finish(await place.world.claim_one(await place.owner()))
    assert (await place.world.task(task.id)).state is TaskState.SUCCEEDED


async def test_work_in_the_hands_of_a_dead_node_is_cancelled_with_its_revision(place: Damaged) -> None:
    task = await place.accepted()
    await place.world.claim_one(await place.owner())
    place.sql("UPDATE task SET open_jobs = 2")
    assert (await place.repaired()).remaining == ()
    assert await place.world.ends(task.id) == ["cancelled"]


async def test_a_task_that_cannot_be_run_again_fails_and_says_why(place: Damaged) -> None:
    task = await place.accepted()
    place.lose(f"{task.id}/input/")
    done = await place.repaired()
    assert ([mended.remedy for mended in done.mended], done.remaining) == ([Remedy.FAILED], ())
    after = await place.world.task(task.id)
    assert after.problem is not None
    assert (after.state, after.problem.code) == (TaskState.FAILED, "input_lost")
    assert (await place.repaired()).mended == ()


async def test_a_result_that_lost_a_file_and_its_input_fails(place: Damaged) -> None:
    task = await place.finished()
    place.lose(f"{task.id}/input/")
    place.lose(f"{task.result_key}document.json")
    assert (await place.repaired()).remaining == ()
    after = await place.world.task(task.id)
    assert (after.state, after.result_key) == (TaskState.FAILED, "")


async def test_a_whole_result_outlives_its_input_and_is_told(place: Damaged) -> None:
    task = await place.finished()
    place.lose(f"{task.id}/input/")
    done = await place.repaired()
    assert [mended.remedy for mended in done.mended] == [Remedy.LEFT]
    assert [finding.what for finding in done.remaining] == [f"the blob {task.id}/input/report.pdf is missing"]
    assert await place.world.task(task.id) == task


async def test_a_cancelled_task_is_put_right_and_not_revived(place: Damaged) -> None:
    task = await place.accepted()
    await place.world.queue.cancel([task.id])
    place.sql("DELETE FROM event WHERE kind = 'cancelled'")
    place.sql("UPDATE job SET state = 'ready'")
    done = await place.repaired()
    assert ([mended.remedy for mended in done.mended], done.remaining) == ([Remedy.TIDIED], ())
    assert (await place.world.task(task.id)).state is TaskState.CANCELLED
    assert await place.world.claim(await place.owner()) == ()


async def test_blobs_that_no_task_has_go_at_once(place: Damaged) -> None:
    task = await place.finished()
    unknown = f"task_{int(place.world.clock.wall_seconds() * 1000) - 1000:012x}{'7' * 20}"
    place.blobs.put(f"{unknown}/input/file", b"stray")
    place.blobs.put("file_1/upload", b"nobody's")
    done = await place.repaired()
    assert (done.swept, done.mended, done.remaining) == (1, (), ())
    roots = {blob.key.partition("/")[0] for blob in place.blobs.list("")}
    assert roots == {task.id, "file_1"}


async def test_an_uploaded_file_without_its_bytes_is_removed(place: Damaged) -> None:
    for name in ("file_1", "file_2"):
        file = await place.world.files.add(new_file(place.world, name))
        place.blobs.put(file.blob_key, b"x" * file.size_bytes)
    place.blobs.put(file.blob_key, b"short")
    done = await place.repaired()
    assert [(mended.task_id, mended.remedy) for mended in done.mended] == [("file_2", Remedy.REMOVED)]
    assert (done.remaining, await place.world.files.known(["file_1", "file_2"])) == ((), {"file_1"})


async def test_rows_that_point_to_nothing_are_removed(place: Damaged) -> None:
    gone, task = await place.finished(), await place.finished()
    place.sql("DELETE FROM task WHERE id = :id", id=gone.id)
    done = await place.repaired()
    assert (done.untangled_rows, done.tasks, done.mended, done.remaining) == (2, 1, (), ())
    assert await place.world.task(task.id) == task


async def test_a_task_without_its_specification_is_told_and_stays(place: Damaged) -> None:
    task = await place.accepted()
    place.sql("CREATE TABLE aside AS SELECT * FROM task_spec")
    place.sql("DELETE FROM task_spec")
    done = await place.repaired()
    assert [finding.what for finding in done.remaining] == ["1 rows of task lack their task_spec"]
    place.sql("INSERT INTO task_spec SELECT * FROM aside")
    assert (await place.world.task(task.id)).state is TaskState.QUEUED


async def test_a_task_is_healthy_when_its_events_have_been_pruned(place: Damaged) -> None:
    await place.finished()
    place.world.clock.shift_seconds += 31 * DAY_SECONDS
    await place.world.queue.prune(100)
    done = await place.repaired()
    assert (done.mended, done.remaining) == ((), ())


DAMAGE = {
    "task": {
        "state": ("queued", "running", "succeeded", "failed", "cancelled"),
        "revision": (1, 2, 3),
        "open_jobs": (0, 1, 4),
        "pages_done": (0, 3),
        "result_key": ("", "task_00000001/1/1/1/", "task_00000002/1/9/9/"),
        "partial": (0, 1),
        "finished_at": (None, 5e9),
        "started_at": (None, 5.0),
    },
    "job": {
        "state": ("ready", "delayed", "running", "done", "dead", "cancelled", "split"),
        "attempt": (0, 1, 2),
        "owner": (None, 1, 77),
        "begun": (0, 1),
        "run_at": (None, 5.0),
        "result_key": ("", "task_00000001/1/1/1/"),
    },
    "attempt": {"outcome": (None, "done", "lost"), "attempt": (1, 5)},
    "event": {"kind": ("submitted", "succeeded", "failed", "rerun")},
}


@pytest.mark.parametrize("seed", range(25))
async def test_whatever_was_damaged_everything_agrees_afterwards(place: Damaged, seed: int) -> None:
    await place.finished()
    await place.fanned_out()
    await place.accepted()
    chance = Random(seed)
    for _ in range(4):
        table = chance.choice(list(DAMAGE))
        column = chance.choice(list(DAMAGE[table]))
        key = "task_id" if table in ("job", "event") else "id" if table == "task" else "job_id"
        statement = f"UPDATE OR IGNORE {table} SET {column} = :value WHERE {key} IN (SELECT {key} FROM {table} ORDER BY 1 LIMIT 1 OFFSET :row)"
        place.sql(statement, value=chance.choice(DAMAGE[table][column]), row=chance.randrange(3))
    done = await place.repaired()
    assert done.remaining == ()
    assert done.tasks == 3
    assert (await place.repaired()).mended == ()
