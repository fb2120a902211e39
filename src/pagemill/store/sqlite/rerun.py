"""Running a task again: its live jobs are cancelled, and the next revision begins with what `domain.revision` says."""

from collections.abc import Iterable, Sequence

import msgspec

from pagemill.domain.cost import Pace
from pagemill.domain.errors import TaskNotFound
from pagemill.domain.revision import Revision, needs_new_revision, revise
from pagemill.domain.task import Job, JobState, Task, TaskSpec, TaskState
from pagemill.store.ending import NewEvent
from pagemill.store.sqlite.endings import read_tasks
from pagemill.store.sqlite.rows import job_of, spec_values, task_values
from pagemill.store.sqlite.submit import stored_spec
from pagemill.store.sqlite.transaction import Transaction
from pagemill.store.views import EventKind


def rerun(transaction: Transaction, spec: TaskSpec, new_options: bool, pace: Pace) -> Task:
    """Begins a new revision, or returns the task as it is if that would change nothing: asked twice, it is done once."""
    found = read_tasks(transaction, [spec.task_id])
    if not found:
        raise TaskNotFound(f"There is no task {spec.task_id}")
    task, old_spec = found[0]
    spec = next_spec(task, old_spec, spec, task.revision + 1)
    if not needs_new_revision(task, new_options and _asks_for_more(old_spec, spec)):
        return task
    transaction.cancel_jobs(task.id)
    old_jobs = list(map(job_of, transaction.run("jobs_of_revision", task_id=task.id, revision=task.revision)))
    revision = revise(old_jobs, task, spec, transaction.now, pace)
    revised = begin_revision(transaction, task, spec, revision)
    transaction.discard(_left_behind(task, old_jobs, revision))
    if old_spec.secret_key != spec.secret_key and old_spec.secret_key:
        transaction.discard([old_spec.secret_key])
    return revised


def retry(transaction: Transaction, task_ids: Sequence[str], pace: Pace) -> tuple[str, ...]:
    """Runs those again, as they were, that have something to do again, and returns their ids."""
    found = [(task, spec) for task, spec in read_tasks(transaction, task_ids) if needs_new_revision(task, False)]
    for _, spec in found:
        rerun(transaction, spec, False, pace)
    return tuple(task.id for task, _ in found)


def next_spec(task: Task, old: TaskSpec, given: TaskSpec, number: int) -> TaskSpec:
    """What revision `number` is asked to do. A password went with the task's end and cannot be used again."""
    spec = stored_spec(given, number)
    if task.state.terminal and spec.secret_key == old.secret_key:
        return msgspec.structs.replace(spec, secret_key="")
    return spec


def _asks_for_more(old: TaskSpec, new: TaskSpec) -> bool:
    """Whether the specifications differ in more than their numbers, and in more than a password that is used up."""
    secret_key = new.secret_key or old.secret_key
    return msgspec.structs.replace(new, revision=old.revision, secret_key=secret_key) != old


def _revised(task: Task, spec: TaskSpec, revision: Revision, now: float) -> Task:
    return msgspec.structs.replace(
        task,
        state=TaskState.QUEUED,
        revision=spec.revision,
        open_jobs=sum(job.state is not JobState.DONE for job in revision.jobs),
        arrived_at=now,
        deadline_at=now + spec.options.deadline_seconds,
        pages_done=revision.pages_done,
        pages_total=revision.pages_total,
        problem=None,
        started_at=None,
        finished_at=None,
        expires_at=None,
    )


def begin_revision(transaction: Transaction, task: Task, spec: TaskSpec, revision: Revision) -> Task:
    """Writes the revision that `spec` numbers, and returns the task in it."""
    task = _revised(task, spec, revision, transaction.now)
    transaction.run("insert_spec", **spec_values(spec))
    transaction.run("update_task", **task_values(task))
    transaction.insert_jobs((task, job) for job in revision.jobs)
    carried = len(revision.jobs) - task.open_jobs
    transaction.tell([NewEvent(task, EventKind.RERUN, {"jobs": task.open_jobs, "carried": carried})])
    return task


def _left_behind(task: Task, old_jobs: Iterable[Job], revision: Revision) -> list[str]:
    """Results of the old revision that the new one did not adopt and that are not the published one."""
    kept = {job.result_key for job in revision.jobs} | {task.result_key}
    return [job.result_key for job in old_jobs if job.state is JobState.DONE and job.result_key not in kept]
