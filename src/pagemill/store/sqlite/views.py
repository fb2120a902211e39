"""The reads on SQLite: short snapshots on a connection and a thread of their own."""

from pagemill.domain.errors import TaskNotFound
from pagemill.domain.fairness import Backlog
from pagemill.domain.task import Pool
from pagemill.store.sqlite.connection import Connection, Row
from pagemill.store.sqlite.reader import Reader
from pagemill.store.sqlite.rows import TASK_COLUMNS, flow_of, spec_of, task_of
from pagemill.store.views import TaskView

BACKLOG_COUNT_BOUND = 500
BACKLOG_SAMPLE = 16


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

    async def backlog(self, pool: Pool, limit: int) -> tuple[Backlog, ...]:
        """See `Views.backlog`. When there are more flows than `limit`, the next call goes on where this one stopped."""
        after = self._backlog_after.get(pool, 0)
        rows = await self._reader.run(lambda snapshot: _waiting_flows(snapshot, pool, after, limit))
        self._backlog_after[pool] = rows[-1][0] if len(rows) == limit else 0
        return tuple(Backlog(flow_of(row[1], row[2]), row[3], row[4]) for row in rows)


def _waiting_flows(snapshot: Connection, pool: Pool, after: int, limit: int) -> list[Row]:
    """At most `limit` flows, beginning behind `after` and going round."""
    bounds = {"pool": pool.value, "count_bound": BACKLOG_COUNT_BOUND, "sample": BACKLOG_SAMPLE}
    rows = snapshot.run("backlog", {**bounds, "after": after, "flows": limit})
    if after == 0 or len(rows) == limit:
        return rows
    again = snapshot.run("backlog", {**bounds, "after": 0, "flows": limit - len(rows)})
    return rows + [row for row in again if row[0] <= after]


def _task_view(row: Row) -> TaskView:
    return TaskView(task_of(row), spec_of(row[TASK_COLUMNS:]))
