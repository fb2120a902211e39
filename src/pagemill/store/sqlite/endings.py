"""Tasks that end without their jobs: cancelled, deleted, past their deadline, expired; and rows that nobody needs."""

from collections.abc import Sequence

from pagemill.domain.errors import Problem
from pagemill.domain.lifecycle import TaskChange
from pagemill.domain.task import Task, TaskSpec, TaskState
from pagemill.store.ending import NewEvent, ended, ending_event, leftovers, timed_out
from pagemill.store.retention import (
    EVENT_SECONDS,
    IDEMPOTENCY_SECONDS,
    NODE_SECONDS,
    TALLY_SECONDS,
)
from pagemill.store.sqlite.rows import TASK_COLUMNS, problem_of, spec_of, task_of, task_values, text
from pagemill.store.sqlite.transaction import Transaction
from pagemill.store.views import EventKind


def cancel(transaction: Transaction, task_ids: Sequence[str]) -> tuple[str, ...]:
    """Cancels those that are not over, and returns their ids."""
    live = [(task, spec) for task, spec in read_tasks(transaction, task_ids) if not task.state.terminal]
    over = [_end(transaction, task, spec, TaskChange(state=TaskState.CANCELLED)) for task, spec in live]
    transaction.count_ends(over)
    return tuple(task.id for task in over)


def delete(transaction: Transaction, task_ids: Sequence[str], state: TaskState | None = None) -> tuple[str, ...]:
    """Removes tasks (only those in `state`, if given) with all their rows, and returns their ids."""
    tasks = [task for task, _ in read_tasks(transaction, task_ids) if state in (None, task.state)]
    by_id = [{"id": task.id} for task in tasks]
    transaction.many("delete_task", by_id)
    transaction.many("delete_garbage_below", [{"task_id": task.id} for task in tasks])
    transaction.discard(f"{task.id}/" for task in tasks)
    transaction.tell(NewEvent(task, EventKind.DELETED) for task in tasks)
    transaction.over.update(task.id for task in tasks)
    return tuple(task.id for task in tasks)


def fail_overdue(transaction: Transaction, limit: int) -> int:
    """Fails tasks that are past their deadline."""
    ids = [row[0] for row in transaction.run("overdue_tasks", tasks=limit)]
    over = [
        _end(transaction, task, spec, timed_out(_last_problem(transaction, task)))
        for task, spec in read_tasks(transaction, ids)
    ]
    transaction.count_ends(over)
    return len(ids)


def delete_expired(transaction: Transaction, limit: int) -> int:
    """Deletes tasks whose time after their end is over."""
    return len(delete(transaction, [row[0] for row in transaction.run("expired_tasks", tasks=limit)]))


def prune_history(transaction: Transaction, limit: int) -> int:
    """Deletes old rows: events, nodes that are gone, idempotency keys, counts of ends."""
    deleted = [
        transaction.run("prune_events", events=limit, age_seconds=EVENT_SECONDS),
        transaction.run("prune_nodes", nodes=limit, age_seconds=NODE_SECONDS),
        transaction.run("prune_idempotency", keys=limit, age_seconds=IDEMPOTENCY_SECONDS),
        *(
            transaction.run("prune_ends", grain_seconds=grain, age_seconds=age, ends=limit)
            for grain, age in TALLY_SECONDS.items()
        ),
    ]
    return sum(map(len, deleted))


def read_tasks(transaction: Transaction, task_ids: Sequence[str]) -> list[tuple[Task, TaskSpec]]:
    """The tasks that exist, in the order given and each once, with their newest specifications."""
    rows = transaction.run("tasks_by_id", ids=text(list(dict.fromkeys(task_ids))))
    return [(task_of(row), spec_of(row[TASK_COLUMNS:])) for row in rows]


def _end(transaction: Transaction, task: Task, spec: TaskSpec, change: TaskChange) -> Task:
    over = ended(task, change, spec, transaction.now)
    transaction.cancel_jobs(task.id)
    transaction.run("update_task", **task_values(over))
    transaction.discard(leftovers(task, change, spec))
    transaction.tell([ending_event(over)])
    return over


def _last_problem(transaction: Transaction, task: Task) -> Problem | None:
    rows = transaction.run("last_problem", task_id=task.id, revision=task.revision)
    return problem_of(rows[0][0]) if rows else None
