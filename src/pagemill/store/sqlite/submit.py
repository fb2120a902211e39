"""Accepting tasks: after the commit each has its row, its specification and its plan job."""

from collections.abc import Sequence

import msgspec

from pagemill.domain.cost import Pace
from pagemill.domain.errors import RequestError
from pagemill.domain.fanout import plan_job
from pagemill.domain.options import without_password
from pagemill.domain.task import Task, TaskSpec, TaskState
from pagemill.store.ending import NewEvent
from pagemill.store.queue import Submission
from pagemill.store.retention import OLDEST_UPLOAD_SECONDS
from pagemill.store.sqlite.rows import spec_values, task_of, task_values, text
from pagemill.store.sqlite.transaction import Transaction
from pagemill.store.views import EventKind


def submit(transaction: Transaction, submissions: Sequence[Submission], pace: Pace) -> tuple[Task, ...]:
    """Accepts what is new and returns the tasks in the order given."""
    known = _known_tasks(transaction, [submission.spec.task_id for submission in submissions])
    tasks: list[Task] = []
    specs: list[TaskSpec] = []
    for submission in submissions:
        task = known.get(submission.spec.task_id) or _repeated(transaction, submission, known)
        if task is None:
            task = known[submission.spec.task_id] = _accepted(submission, transaction.now)
            specs.append(stored_spec(submission.spec, task.revision))
            _keep_key(transaction, submission)
        tasks.append(task)
    insert_tasks(transaction, [known[spec.task_id] for spec in specs], specs, pace)
    return tuple(tasks)


def _known_tasks(transaction: Transaction, task_ids: Sequence[str]) -> dict[str, Task]:
    return {task.id: task for task in map(task_of, transaction.run("known_tasks", ids=text(task_ids)))}


def _repeated(transaction: Transaction, submission: Submission, known: dict[str, Task]) -> Task | None:
    """The task that a submission with this idempotency key became before. Raises `RequestError` if that was another one."""
    if submission.repeat is None:
        return None
    key = submission.repeat.key
    found = transaction.run("find_idempotency", tenant=submission.tenant, key=key)
    if not found:
        return None
    fingerprint, task_id = found[0]
    if fingerprint != submission.repeat.fingerprint:
        raise RequestError(f"the idempotency key {key!r} was used for another request", code="idempotency_conflict")
    task = known.get(task_id) or _known_tasks(transaction, [task_id]).get(task_id)
    if task is None:
        raise RequestError(f"the task of the idempotency key {key!r} was deleted", code="idempotency_conflict")
    return task


def _keep_key(transaction: Transaction, submission: Submission) -> None:
    if submission.repeat is not None:
        values = msgspec.structs.asdict(submission.repeat)
        transaction.run("insert_idempotency", tenant=submission.tenant, task_id=submission.spec.task_id, **values)


def insert_tasks(transaction: Transaction, tasks: Sequence[Task], specs: Sequence[TaskSpec], pace: Pace) -> None:
    """Writes new tasks with their plan jobs."""
    transaction.many("insert_task", [task_values(task) for task in tasks])
    transaction.many("insert_spec", [spec_values(spec) for spec in specs])
    plans = [plan_job(spec, task.arrived_at, pace) for task, spec in zip(tasks, specs, strict=True)]
    transaction.insert_jobs(zip(tasks, plans, strict=True))
    transaction.tell(NewEvent(task, EventKind.SUBMITTED) for task in tasks)


def stored_spec(spec: TaskSpec, revision: int) -> TaskSpec:
    """The specification as it is kept: of this revision, and never with a password."""
    return msgspec.structs.replace(spec, revision=revision, options=without_password(spec.options))


def _accepted(submission: Submission, now: float) -> Task:
    if now - submission.begun_at > OLDEST_UPLOAD_SECONDS:
        raise RequestError(
            f"The upload for {submission.spec.task_id} was begun over 24 hours ago", hint="Send the file again."
        )
    return Task(
        id=submission.spec.task_id,
        tenant=submission.tenant,
        state=TaskState.QUEUED,
        revision=1,
        open_jobs=1,
        created_at=submission.begun_at,
        arrived_at=now,
        deadline_at=now + submission.spec.options.deadline_seconds,
    )
