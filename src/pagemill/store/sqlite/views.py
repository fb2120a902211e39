"""The reads on SQLite: short snapshots on a connection and a thread of their own."""

from collections.abc import Sequence

from pagemill.domain.errors import TaskNotFound
from pagemill.domain.fairness import Backlog
from pagemill.domain.tally import EndCount, FailureCount, Span
from pagemill.domain.task import Job, Pool
from pagemill.store.files import StoredFile
from pagemill.store.sqlite.connection import Connection, Row
from pagemill.store.sqlite.files import file_of
from pagemill.store.sqlite.listing import COUNT_BOUND, live, page_of_tasks
from pagemill.store.sqlite.reader import Reader
from pagemill.store.sqlite.rows import (
    TASK_COLUMNS,
    attempt_view_of,
    end_count_of,
    event_of,
    flow_of,
    job_of,
    node_view_of,
    spec_of,
    task_of,
    text,
)
from pagemill.store.views import (
    AttemptView,
    Counts,
    Dangling,
    Event,
    Live,
    NodeView,
    TaskAudit,
    TaskFilter,
    TaskPage,
    TaskView,
)

BACKLOG_COUNT_BOUND = 500
BACKLOG_SAMPLE = 16
AUDITED_AT_ONCE = 500
EXAMPLES = 5


class SqliteViews:
    """`store.views.Views` on SQLite."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._backlog_after: dict[Pool, int] = {}

    async def now(self) -> float:
        """See `Views.now`."""
        return await self._reader.run(lambda snapshot: snapshot.now)

    async def task(self, task_id: str) -> TaskView:
        """See `Views.task`."""
        rows = await self._reader.run(lambda snapshot: snapshot.run("task", {"id": task_id}))
        if not rows:
            raise TaskNotFound(f"There is no task {task_id}")
        return _task_view(rows[0])

    async def tasks(self, which: TaskFilter, limit: int) -> TaskPage:
        """See `Views.tasks`."""
        rows, before = await self._reader.run(lambda snapshot: page_of_tasks(snapshot, which, limit))
        return TaskPage(tuple(map(_task_view, rows)), before)

    async def tasks_by_id(self, task_ids: Sequence[str]) -> tuple[TaskView, ...]:
        """See `Views.tasks_by_id`."""
        values = {"ids": text(task_ids)}
        return tuple(map(_task_view, await self._reader.run(lambda snapshot: snapshot.run("tasks_by_id", values))))

    async def jobs(self, task_id: str) -> tuple[Job, ...]:
        """See `Views.jobs`."""
        return await self._reader.run(lambda snapshot: _jobs(snapshot, task_id))

    async def attempts(self, task_id: str) -> tuple[AttemptView, ...]:
        """See `Views.attempts`."""
        return await self._reader.run(lambda snapshot: _attempts(snapshot, task_id))

    async def events(self, after: int, limit: int, task_id: str = "") -> tuple[Event, ...]:
        """See `Views.events`. One writer gives out the ids in commit order, so no lower one can appear later."""
        statement = "events_of_task" if task_id else "events"
        values = {"after": after, "events": limit, "task_id": task_id}
        return tuple(map(event_of, await self._reader.run(lambda snapshot: snapshot.run(statement, values))))

    async def backlog(self, pool: Pool, limit: int) -> tuple[Backlog, ...]:
        """See `Views.backlog`. When there are more flows than `limit`, the next call goes on where this one stopped."""
        after = self._backlog_after.get(pool, 0)
        rows = await self._reader.run(lambda snapshot: _waiting_flows(snapshot, pool, after, limit))
        self._backlog_after[pool] = rows[-1][0] if len(rows) == limit else 0
        return tuple(Backlog(flow_of(row[1], row[2]), row[3], row[4]) for row in rows)

    async def counts(self) -> Counts:
        """See `Views.counts`."""
        ((ready, delayed, running, ready_seconds),) = await self._reader.run(
            lambda snapshot: snapshot.run("counts", {"bound": COUNT_BOUND})
        )
        return Counts(ready=ready, delayed=delayed, running=running, ready_seconds=ready_seconds)

    async def live(self, tenant: str | None) -> Live:
        """See `Views.live`."""
        return await self._reader.run(lambda snapshot: live(snapshot, tenant))

    async def ends(self, tenant: str | None, since: Span) -> tuple[EndCount, ...]:
        """See `Views.ends`."""
        values = {"tenant": tenant, "grain_seconds": since.grain_seconds, "start": since.start}
        return tuple(map(end_count_of, await self._reader.run(lambda snapshot: snapshot.run("ends", values))))

    async def failures(self, tenant: str | None, since: Span) -> tuple[FailureCount, ...]:
        """See `Views.failures`."""
        values = {"tenant": tenant, "grain_seconds": since.grain_seconds, "start": since.start, "examples": EXAMPLES}
        rows = await self._reader.run(lambda snapshot: snapshot.run("failures", values))
        return tuple(FailureCount(*row) for row in rows)

    async def live_jobs(self, tenant: str, bound: int) -> int:
        """See `Views.live_jobs`."""
        values = {"tenant": tenant, "bound": bound}
        rows = await self._reader.run(lambda snapshot: snapshot.run("live_jobs_of_tenant", values))
        return int(rows[0][0])

    async def nodes(self) -> tuple[NodeView, ...]:
        """See `Views.nodes`."""
        return tuple(map(node_view_of, await self._reader.run(lambda snapshot: snapshot.run("nodes"))))

    async def audit(self, after: str, limit: int) -> tuple[TaskAudit, ...]:
        """See `Views.audit`."""
        return await self._reader.run(lambda snapshot: _audit(snapshot, after, min(limit, AUDITED_AT_ONCE)))

    async def dangling(self) -> tuple[Dangling, ...]:
        """See `Views.dangling`."""
        rows = await self._reader.run(lambda snapshot: snapshot.run("dangling"))
        return tuple(Dangling(table, lacks, count) for table, lacks, count in rows if count)

    async def audit_files(self, after: str, limit: int) -> tuple[StoredFile, ...]:
        """See `Views.audit_files`."""
        values = {"after": after, "files": min(limit, AUDITED_AT_ONCE)}
        return tuple(map(file_of, await self._reader.run(lambda snapshot: snapshot.run("files_after", values))))


def _waiting_flows(snapshot: Connection, pool: Pool, after: int, limit: int) -> list[Row]:
    """At most `limit` flows, beginning behind `after` and going round."""
    bounds = {"pool": pool.value, "count_bound": BACKLOG_COUNT_BOUND, "sample": BACKLOG_SAMPLE}
    rows = snapshot.run("backlog", {**bounds, "after": after, "flows": limit})
    if after == 0 or len(rows) == limit:
        return rows
    again = snapshot.run("backlog", {**bounds, "after": 0, "flows": limit - len(rows)})
    return rows + [row for row in again if row[0] <= after]


def _audit(snapshot: Connection, after: str, limit: int) -> tuple[TaskAudit, ...]:
    rows = snapshot.run("tasks_after", {"after": after, "tasks": limit})
    return tuple(_task_audit(snapshot, _task_view(row)) for row in rows)


def _task_audit(snapshot: Connection, view: TaskView) -> TaskAudit:
    task_id = view.task.id
    garbage = tuple(row[0] for row in snapshot.run("garbage_of_task", {"task_id": task_id}))
    return TaskAudit(view, _jobs(snapshot, task_id), _attempts(snapshot, task_id), garbage)


def _jobs(snapshot: Connection, task_id: str) -> tuple[Job, ...]:
    return tuple(map(job_of, snapshot.run("jobs_of_task", {"task_id": task_id})))


def _attempts(snapshot: Connection, task_id: str) -> tuple[AttemptView, ...]:
    return tuple(map(attempt_view_of, snapshot.run("attempts_of_task", {"task_id": task_id})))


def _task_view(row: Row) -> TaskView:
    return TaskView(task_of(row), spec_of(row[TASK_COLUMNS:]))
