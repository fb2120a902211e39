"""Tasks that end without their jobs: cancelled, deleted, past their deadline, expired; and rows that nobody needs."""

from collections.abc import Sequence

from pagemill.domain.errors import Problem
from pagemill.domain.lifecycle import TaskChange
from pagemill.domain.task import Task, TaskSpec, TaskState
from pagemill.store.ending import NewEvent, ended, ending_event, leftovers, timed_out
from pagemill.store.retention import EVENT_SECONDS, IDEMPOTENCY_SECONDS, NODE_SECONDS
from pagemill.store.sqlite.rows import TASK_COLUMNS, problem_of, spec_of, task_of, task_values, text
from pagemill.store.sqlite.transaction import Transaction
from pagemill.store.views import EventKind


def cancel(transaction: Transaction, task_ids: Sequence[str]) -> tuple[str, ...]:
    """Cancels those that are not over, and returns their ids."""
    live = [(task, spec) for task, spec in read_tasks(transaction, task_ids) if not task.state.terminal]
    for task, spec in live:
        _end(transaction, task, spec, TaskChange(state=TaskState.CANCELLED))
    return tuple(task.id for task, _ in live)


def delete(transaction: Transaction, task_ids: Sequence[str]) -> tuple[str, ...]:
    """Removes tasks with all their rows, and returns the ids that existed."""
    tasks = [task for task, _ in read_tasks(transaction, task_ids)]
    by_id = [{"id": task.id} for task in tasks]
    transaction.many("delete_task", by_id)
    transaction.many("delete_garbage_below", [{"task_id": task.id} for task in tasks])
    transaction.discard(f"{task.id}/" for task in tasks)
    transaction.tell(NewEvent(task, EventKind.DELETED) for task in tasks)
    return tuple(task.id for task in tasks)


def fail_overdue(transaction: Transaction, limit: int) -> int:
    """Fails tasks that are past their deadline."""
    ids = [row[0] for row in transaction.run("overdue_tasks", tasks=limit)]
    for task, spec in read_tasks(transaction, ids):
        _end(transaction, task, spec, timed_out(_last_problem(transaction, task)))
    return len(ids)


def delete_expired(transaction: Transaction, limit: int) -> int:
    """Deletes tasks whose time after their end is over."""
    return len(delete(transaction, [row[0] for row in transaction.run("expired_tasks", tasks=limit)]))


def prune_history(transaction: Transaction, limit: int) -> int:
    """Deletes old rows: events, nodes that are gone, idempotency keys."""
    events = transaction.run("prune_events", events=limit, age_seconds=EVENT_SECONDS)
    nodes = transaction.run("prune_nodes", nodes=limit, age_seconds=NODE_SECONDS)
    keys = transaction.run("prune_idempotency", keys=limit, age_seconds=IDEMPOTENCY_SECONDS)
    return len(events) + len(nodes) + len(keys)


def read_tasks(transaction: Transaction, task_ids: Sequence[str]) -> list[tuple[Task, TaskSpec]]:
    """The tasks that exist, in the order given and each once, with their newest specifications."""
    rows = transaction.run("tasks_by_id", ids=text(list(dict.fromkeys(task_ids))))
    return [(task_of(row), spec_of(row[TASK_COLUMNS:])) for row in rows]


def _end(transaction: Transaction, task: Task, spec: TaskSpec, change: TaskChange) -> None:
    over = ended(task, change, spec, transaction.now)
    transaction.cancel_jobs(task.id)
    transaction.run("update_task", **task_values(over))
    transaction.discard(leftovers(task, change, spec))
    transaction.tell([ending_event(over)])


def _last_problem(transaction: Transaction, task: Task) -> Problem | None:
    rows = transaction.run("last_problem", task_id=task.id, revision=task.revision)
    return problem_of(rows[0][0]) if rows else None
