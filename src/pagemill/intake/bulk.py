"""One verb for many tasks: page by page, so that neither memory nor the writer is held up by how many they are."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from enum import StrEnum

import msgspec

from pagemill.domain.cost import Pace
from pagemill.domain.errors import TransientError
from pagemill.domain.revision import needs_new_revision
from pagemill.domain.task import Task, TaskState
from pagemill.store.queue import Queue
from pagemill.store.views import TaskFilter, Views

PORTION = 200


class BulkVerb(StrEnum):
    """What to do with the tasks; each means what it means for one task."""

    CANCEL = "cancel"
    RETRY = "retry"
    DELETE = "delete"


class BulkCount(msgspec.Struct, frozen=True):
    """How many tasks fitted the filter, and how many of them the verb changed (or, in a dry run, would change)."""

    matched: int
    changed: int


def would_change(verb: BulkVerb, task: Task) -> bool:
    """Whether the verb does anything to this task."""
    match verb:
        case BulkVerb.CANCEL:
            return not task.state.terminal
        case BulkVerb.RETRY:
            return needs_new_revision(task, False)
        case BulkVerb.DELETE:
            return True


class Bulk:
    """Applies verbs to all tasks that fit a filter. Tasks that come in meanwhile are left alone.

    Each portion is a transaction of its own: who is interrupted asks again, and what is done stays done.
    """

    def __init__(self, queue: Queue, views: Views, stopping: asyncio.Event) -> None:
        self._queue = queue
        self._views = views
        self._stopping = stopping

    async def run(self, verb: BulkVerb, which: TaskFilter, *, dry_run: bool) -> BulkCount:
        """Counts, and unless it is a dry run changes, the tasks that fit. Raises `TransientError` if the service stops."""
        matched = changed = 0
        async for tasks in self._portions(which):
            if matched and self._stopping.is_set():
                raise TransientError(
                    f"the service is stopping; {changed} tasks were changed",
                    hint="Send it again: what is done stays done.",
                )
            due = [task.id for task in tasks if would_change(verb, task)]
            matched += len(tasks)
            changed += len(due) if dry_run else len(await self._apply(verb, due, which.state))
        return BulkCount(matched, changed)

    async def _portions(self, which: TaskFilter) -> AsyncIterator[Sequence[Task]]:
        for part in _parts(which):
            before = part.before
            while True:
                page = await self._views.tasks(msgspec.structs.replace(part, before=before), PORTION)
                yield [view.task for view in page.tasks]
                if not page.before:
                    break
                before = page.before

    async def _apply(self, verb: BulkVerb, task_ids: Sequence[str], state: TaskState | None) -> tuple[str, ...]:
        match verb:
            case BulkVerb.CANCEL:
                return await self._queue.cancel(task_ids)
            case BulkVerb.RETRY:
                return await self._queue.retry(task_ids, Pace())
            case BulkVerb.DELETE:
                return await self._queue.delete(task_ids, state)


def _parts(which: TaskFilter) -> list[TaskFilter]:
    """The filter, or several with some of its ids each."""
    ids = tuple(dict.fromkeys(which.ids))
    parts = [msgspec.structs.replace(which, ids=ids[at : at + PORTION]) for at in range(0, len(ids), PORTION)]
    return parts or [which]
