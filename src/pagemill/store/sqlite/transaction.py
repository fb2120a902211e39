"""What the verbs write with: one open transaction, and what is to be rung once it is on disk."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from pagemill.domain.tally import tallied
from pagemill.domain.task import Flow, JobState, NewJob, Task, attempt_key
from pagemill.store.ending import NewEvent
from pagemill.store.sqlite.connection import Connection, Row
from pagemill.store.sqlite.rows import new_job_values, text
from pagemill.store.views import EventKind


class Transaction:
    """An open transaction. `work` is set when a job became ready, `revoked` when a running job was cancelled, `asked` when a
    node is to beat at once. `told` are the tasks that events were written about, `over` those of them that ended or are gone.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._flows: dict[Flow, int] = {}
        self.now = connection.now
        self.work = False
        self.told: set[str] = set()
        self.over: set[str] = set()
        self.revoked = False
        self.asked = False

    def run(self, name: str, /, **values: Any) -> list[Row]:
        """All rows of the statement `name`."""
        return self._connection.run(name, values)

    def many(self, name: str, rows: Sequence[dict[str, Any]]) -> list[Row]:
        """The rows of the statement `name`, run once for each of `rows`."""
        return self._connection.many(name, rows) if rows else []

    def changed_rows(self) -> int:
        """How many rows the last statement changed."""
        return self._connection.apsw.changes()

    def forget(self) -> None:
        """Called when a verb was rolled back: a flow that it inserted is gone."""
        self._flows.clear()

    def flow(self, flow: Flow) -> int:
        """The number of a flow, which is inserted if it is new."""
        number = self._flows.get(flow)
        if number is None:
            found = self.run("find_flow", tenant=flow.tenant, band=flow.band.value)
            found = found or self.run("insert_flow", tenant=flow.tenant, band=flow.band.value)
            number = self._flows[flow] = found[0][0]
        return number

    def insert_jobs(self, jobs: Iterable[tuple[Task, NewJob]]) -> None:
        """Edge a, for each job of a task's revision."""
        rows = [new_job_values(task, job, self.flow(Flow(task.tenant, job.band))) for task, job in jobs]
        self.work = self.work or any(row["state"] == JobState.READY for row in rows)
        self.many("insert_job", rows)

    def tell(self, events: Iterable[NewEvent]) -> None:
        """Writes events in this order."""
        self._insert_events(
            [
                _event_values(event.task.id, event.task.tenant, event.task.revision, event.kind, text(event.data))
                for event in events
            ]
        )

    def tell_rows(self, kind: EventKind, tasks: Iterable[Row]) -> None:
        """Writes an event without data for each of these rows (id, tenant, revision)."""
        self._insert_events([_event_values(row[0], row[1], row[2], kind, "{}") for row in tasks])

    def _insert_events(self, rows: list[dict[str, Any]]) -> None:
        self.told.update(row["task_id"] for row in rows)
        self.many("insert_event", rows)

    def count_ends(self, over: Sequence[Task]) -> None:
        """Counts tasks that have just ended."""
        self.over.update(task.id for task in over)
        self.many("count_ends", [msgspec.structs.asdict(tally) for tally in tallied(over)])

    def discard(self, prefixes: Iterable[str]) -> None:
        """Notes prefixes that nobody can publish any more."""
        self.many("insert_garbage", [{"prefix": prefix} for prefix in prefixes])

    def cancel_jobs(self, task_id: str) -> None:
        """Edge h for all live jobs of a task; what their attempts wrote becomes garbage."""
        running = self.run("live_attempts_of_task", task_id=task_id)
        self.run("cancel_jobs", task_id=task_id)
        self.revoked = self.revoked or bool(running)
        ends = [
            {"job_id": job_id, "attempt": attempt, "outcome": "cancelled", "problem": None}
            for _, job_id, attempt in running
        ]
        self.many("end_attempt", ends)
        self.discard(attempt_key(task_id, revision, job_id, attempt) for revision, job_id, attempt in running)


def _event_values(task_id: str, tenant: str, revision: int, kind: EventKind, data: str) -> dict[str, Any]:
    return {"task_id": task_id, "tenant": tenant, "revision": revision, "kind": kind.value, "data": data}
