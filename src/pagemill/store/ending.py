"""How a task ends, and what its end leaves behind: the same for every engine."""

from typing import Any

import msgspec

from pagemill.domain.errors import CATALOGUE, Problem
from pagemill.domain.lifecycle import TaskChange
from pagemill.domain.task import Task, TaskSpec, TaskState
from pagemill.store.views import EventKind


class NewEvent(msgspec.Struct, frozen=True):
    """An event to write."""

    task: Task
    kind: EventKind
    data: dict[str, Any] = {}


def ended(task: Task, change: TaskChange, spec: TaskSpec, now: float) -> Task:
    """The task in its terminal state. An older result stays published unless there is a new one."""
    expires_in = spec.options.expires_in
    published = change.result_key != ""
    return msgspec.structs.replace(
        task,
        state=change.state,
        open_jobs=0,
        result_key=change.result_key if published else task.result_key,
        partial=change.partial if published else task.partial,
        problem=change.problem,
        finished_at=now,
        expires_at=None if expires_in is None else now + expires_in,
    )


def leftovers(task: Task, change: TaskChange, spec: TaskSpec) -> tuple[str, ...]:
    """The keys that nobody needs after this end: the result that a new one takes the place of, and the password."""
    superseded = task.result_key if change.result_key not in ("", task.result_key) else ""
    return tuple(key for key in (superseded, spec.secret_key) if key)


def ending_event(task: Task) -> NewEvent:
    """What feeds are told of a task that is over."""
    match task.state:
        case TaskState.SUCCEEDED:
            data = {"partial": task.partial, "pages_done": task.pages_done, "pages_total": task.pages_total}
            return NewEvent(task, EventKind.SUCCEEDED, data)
        case TaskState.CANCELLED:
            return NewEvent(task, EventKind.CANCELLED)
        case _:
            problem = task.problem or Problem("internal_error", "")
            return NewEvent(task, EventKind.FAILED, {"code": problem.code, "page": problem.page})


def timed_out(last: Problem | None) -> TaskChange:
    """The end of a task that is past its deadline; `last` is the newest problem that one of its attempts had."""
    entry = CATALOGUE["timed_out"]
    cause = f"; its last problem was: {last.message} ({last.code})" if last else ""
    problem = Problem(entry.code, f"{entry.title}{cause}", entry.hint, evidence=last.evidence if last else None)
    return TaskChange(state=TaskState.FAILED, problem=problem)
