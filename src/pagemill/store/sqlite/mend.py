"""Putting a damaged task right, in one transaction. Nothing else works on the store meanwhile."""

from collections.abc import Iterable

import msgspec

from pagemill.domain.cost import Pace
from pagemill.domain.errors import Problem, TaskNotFound
from pagemill.domain.invariants import AttemptRecord, unsound_jobs
from pagemill.domain.revision import revise
from pagemill.domain.task import Job, JobKind, JobState, Task, TaskSpec, TaskState
from pagemill.store.ending import NewEvent, ending_event
from pagemill.store.queue import Mending
from pagemill.store.sqlite.endings import read_tasks
from pagemill.store.sqlite.rerun import begin_revision, next_spec
from pagemill.store.sqlite.rows import attempt_view_of, job_of, task_values
from pagemill.store.sqlite.transaction import Transaction
from pagemill.store.views import EventKind


def mend(transaction: Transaction, mending: Mending, pace: Pace) -> Task:
    """Makes the task's rows agree, as `Queue.mend` says."""
    found = read_tasks(transaction, [mending.task_id])
    if not found:
        raise TaskNotFound(f"There is no task {mending.task_id}")
    damaged, spec = found[0]
    _drop_unsound_jobs(transaction, damaged)
    transaction.cancel_jobs(damaged.id)
    jobs = _jobs(transaction, damaged)
    task = _with_what_is_left(damaged, jobs, mending)
    had_failed = task.state is TaskState.FAILED and task.problem is not None
    stays_over = mending.problem is not None or task.state is TaskState.CANCELLED or had_failed
    if mending.history_broken or (stays_over and task.state.terminal):
        transaction.run("drop_events_of_task", task_id=task.id)
        transaction.tell([NewEvent(task, EventKind.SUBMITTED)])
    if stays_over:
        mended = _over(transaction, task, spec, mending.problem)
        needed = {job.result_key for job in jobs if job.revision == mended.revision}
    else:
        mended, needed = _anew(transaction, task, spec, _to_carry(jobs, task, mending), pace)
        _discard_own(transaction, task, {damaged.result_key} - {task.result_key})
    _forget_garbage_over(transaction, mended, needed | {spec.input_key, task.result_key})
    return mended


UNTANGLING = ("drop_dangling_specs", "drop_dangling_jobs", "drop_dangling_attempts", "point_to_newest_spec")


def untangle(transaction: Transaction) -> int:
    """Removes or mends rows that point to nothing, as `Queue.untangle` says."""
    changed = 0
    for statement in UNTANGLING:
        transaction.run(statement)
        changed += transaction.changed_rows()
    return changed


def _drop_unsound_jobs(transaction: Transaction, task: Task) -> None:
    attempts = map(attempt_view_of, transaction.run("attempts_of_task", task_id=task.id))
    records = [AttemptRecord(attempt.job_id, attempt.attempt, attempt.end) for attempt in attempts]
    transaction.many("drop_job", [{"id": number} for number in unsound_jobs(_jobs(transaction, task), records)])


def _jobs(transaction: Transaction, task: Task) -> list[Job]:
    return list(map(job_of, transaction.run("jobs_of_task", task_id=task.id)))


def _with_what_is_left(task: Task, jobs: Iterable[Job], mending: Mending) -> Task:
    """The task without a published result that is lost, or that no job is known to have made."""
    makers = [job for job in jobs if job.state is JobState.DONE and job.result_key == task.result_key]
    if task.result_key and len(makers) == 1 and not mending.result_lost:
        return task
    return msgspec.structs.replace(task, result_key="", partial=False)


def _to_carry(jobs: Iterable[Job], task: Task, mending: Mending) -> list[Job]:
    """The jobs of the present revision that a new one may adopt. Without what the plan read, there is nothing to adopt."""
    present = [job for job in jobs if job.revision == task.revision]
    if any(job.kind is JobKind.PLAN and job.result_key in mending.lost_readings for job in present):
        return []
    return [
        msgspec.structs.replace(job, state=JobState.CANCELLED) if job.result_key in mending.lost_readings else job
        for job in present
    ]


def _anew(transaction: Transaction, task: Task, spec: TaskSpec, jobs: list[Job], pace: Pace) -> tuple[Task, set[str]]:
    """The task in a new revision, and the results that it adopts."""
    rows = transaction.run("newest_revision", task_id=task.id)
    spec = next_spec(task, spec, spec, rows[0][0] + 1)
    revision = revise(jobs, task, spec, transaction.now, pace)
    return begin_revision(transaction, task, spec, revision), {job.result_key for job in revision.jobs}


def _over(transaction: Transaction, task: Task, spec: TaskSpec, problem: Problem | None) -> Task:
    problem = problem or (task.problem if task.state is TaskState.FAILED else None)
    over = msgspec.structs.replace(
        task,
        state=TaskState.CANCELLED if problem is None else TaskState.FAILED,
        problem=problem,
        open_jobs=0,
        finished_at=task.finished_at or transaction.now,
    )
    transaction.run("update_task", **task_values(over))
    transaction.discard([spec.secret_key] if spec.secret_key else [])
    transaction.tell([ending_event(over)])
    transaction.count_ends([] if task.state.terminal else [over])
    return over


def _discard_own(transaction: Transaction, task: Task, keys: set[str]) -> None:
    """Only what lies under the task's own prefix: a damaged row may name another's result."""
    transaction.discard(key for key in keys if key.startswith(f"{task.id}/"))


def _forget_garbage_over(transaction: Transaction, task: Task, needed: set[str]) -> None:
    """What is needed is no garbage, whatever a row says."""
    prefixes = [row[0] for row in transaction.run("garbage_of_task", task_id=task.id)]
    wrong = [prefix for prefix in prefixes if any(key.startswith(prefix) for key in needed - {""})]
    transaction.many("forget_garbage", [{"prefix": prefix} for prefix in wrong])
