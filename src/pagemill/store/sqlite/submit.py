"""Accepting tasks: after the commit each has its row, its specification and its plan job."""

from collections.abc import Sequence

import msgspec

from pagemill.domain.cost import Pace
from pagemill.domain.errors import RequestError
from pagemill.domain.fanout import plan_job
from pagemill.domain.options import DAY_SECONDS, without_password
from pagemill.domain.task import Task, TaskSpec, TaskState
from pagemill.store.ending import NewEvent
from pagemill.store.queue import Submission
from pagemill.store.sqlite.rows import spec_values, task_of, task_values, text
from pagemill.store.sqlite.transaction import Transaction
from pagemill.store.views import EventKind

OLDEST_UPLOAD_SECONDS = DAY_SECONDS
"""Blobs without a row are swept after two days; an upload this old may already be gone before its task commits."""


def submit(transaction: Transaction, submissions: Sequence[Submission], pace: Pace) -> tuple[Task, ...]:
    """Accepts what is new and returns the tasks in the order given."""
    ids = [submission.spec.task_id for submission in submissions]
    known = {task.id: task for task in map(task_of, transaction.run("known_tasks", ids=text(ids)))}
    specs: list[TaskSpec] = []
    for submission in submissions:
        if submission.spec.task_id not in known:
            task = _accepted(submission, transaction.now)
            known[task.id] = task
            specs.append(stored_spec(submission.spec, task.revision))
    insert_tasks(transaction, [known[spec.task_id] for spec in specs], specs, pace)
    return tuple(known[task_id] for task_id in ids)


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
