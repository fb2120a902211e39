"""What `pagemill fsck --repair` does: damaged tasks are run again or failed, and what belongs to nobody goes.

Needs the store for itself: no node works, and no submission is under way.
"""

import asyncio
from enum import StrEnum

import msgspec

from pagemill.blobs.keys import READING
from pagemill.blobs.port import Blobs
from pagemill.dispatch.audit import INPUT_LOST, Checked, Finding, audit, audit_files, survey
from pagemill.dispatch.sweeper import Sweeper
from pagemill.domain.cost import Pace
from pagemill.domain.errors import CATALOGUE, Problem
from pagemill.domain.task import JobState, Task, TaskState
from pagemill.store.files import Files
from pagemill.store.queue import Mending, Queue
from pagemill.store.views import TaskAudit, Views


class Remedy(StrEnum):
    """What became of a damaged task or uploaded file."""

    AGAIN = "run again"
    FAILED = "failed"
    TIDIED = "put right"
    REMOVED = "removed"
    LEFT = "left as it is"


class Mended(msgspec.Struct, frozen=True, kw_only=True):
    """A task or uploaded file with findings, and what was done about them. `revision` is a task's newest, 0 for a file."""

    task_id: str
    remedy: Remedy
    revision: int
    findings: tuple[str, ...]


class Repair(msgspec.Struct, frozen=True, kw_only=True):
    """What was done, and what is still wrong after another look at everything.

    `untangled_rows` pointed to nothing; `swept` is of how many unknown tasks and files blobs were removed.
    """

    tasks: int
    mended: tuple[Mended, ...]
    untangled_rows: int
    swept: int
    remaining: tuple[Finding, ...]


async def repair(queue: Queue, views: Views, files: Files, blobs: Blobs) -> Repair:
    """Mends what can be mended, then checks everything again."""
    untangled = await queue.untangle()
    mended = [await _mended(checked, queue, blobs) async for checked in audit(views, blobs) if checked.findings]
    mended += [await _removed(finding, files) async for finding in audit_files(views, blobs)]
    swept = await Sweeper(views, files, blobs).pass_once(stray_after_seconds=0.0)
    after = await survey(views, blobs)
    return Repair(
        tasks=after.tasks,
        mended=tuple(mended),
        untangled_rows=untangled,
        swept=swept,
        remaining=after.findings,
    )


async def _removed(finding: Finding, files: Files) -> Mended:
    """An uploaded file without its bytes is of no use; tasks have copies of their own."""
    await files.delete([finding.task_id])
    return Mended(task_id=finding.task_id, remedy=Remedy.REMOVED, revision=0, findings=(finding.what,))


async def _mended(checked: Checked, queue: Queue, blobs: Blobs) -> Mended:
    before = checked.entry.view.task
    after, remedy = before, Remedy.LEFT
    if not _only_the_input_of_a_whole_result_is_missing(checked):
        after = await queue.mend(await asyncio.to_thread(mending, checked, blobs), Pace())
        remedy = _remedy(before, after)
    findings = tuple(finding.what for finding in checked.findings)
    return Mended(task_id=before.id, remedy=remedy, revision=after.revision, findings=findings)


def _remedy(before: Task, after: Task) -> Remedy:
    if after.revision > before.revision:
        return Remedy.AGAIN
    return Remedy.FAILED if (after.state, after.problem) != (before.state, before.problem) else Remedy.TIDIED


def mending(checked: Checked, blobs: Blobs) -> Mending:
    """What the store has to know to put the task right."""
    task, spec = checked.entry.view.task, checked.entry.view.spec
    return Mending(
        task_id=task.id,
        result_lost=any(key.startswith(task.result_key) for key in checked.missing if task.result_key),
        lost_readings=_lost_readings(checked.entry, blobs),
        history_broken=bool(checked.history),
        problem=_input_lost(task) if spec.input_key in checked.missing else None,
    )


def _only_the_input_of_a_whole_result_is_missing(checked: Checked) -> bool:
    """Such a task cannot be run again, but its result is good: failing it would only hide that."""
    task, spec = checked.entry.view.task, checked.entry.view.spec
    otherwise_well = not checked.rows and not checked.history and checked.missing == (spec.input_key,)
    return task.state is TaskState.SUCCEEDED and otherwise_well


def _lost_readings(entry: TaskAudit, blobs: Blobs) -> frozenset[str]:
    """The results of finished jobs of the present revision in which nothing is left to be put together."""
    stored = {info.key for info in blobs.list(f"{entry.view.task.id}/")}
    done = [job for job in entry.jobs if job.state is JobState.DONE and job.revision == entry.view.task.revision]
    return frozenset(job.result_key for job in done if f"{job.result_key}{READING}" not in stored)


def _input_lost(task: Task) -> Problem:
    entry = CATALOGUE[INPUT_LOST]
    before = f"; before that, it had failed: {task.problem.message} ({task.problem.code})" if task.problem else ""
    return Problem(entry.code, f"{entry.title}{before}", entry.hint)
