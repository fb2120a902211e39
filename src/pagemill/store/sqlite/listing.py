"""Pages of tasks and counts of what is live, each by the index that fits, never looking at more rows than a stated bound."""

from collections.abc import Mapping
from typing import Any

from pagemill.domain.task import Pool
from pagemill.store.sqlite.connection import Connection, Row
from pagemill.store.sqlite.rows import AFTER_ALL_IDS, live_jobs_of, text
from pagemill.store.views import Live, TaskFilter

COUNT_BOUND = 10_000
LOOKED_AT = 20_000
"""Where the index cannot tell which tasks fit, a page ends after so many that were looked at."""

NAMES_LOOKED_AT = 2_500
"""The same where each task's name has to be read, too: 5 to 20 ms."""

_LOWEST = {
    "tasks": "lowest_of_all",
    "tasks_of_tenant": "lowest_of_tenant",
    "tasks_live": "lowest_live",
    "tasks_live_of_tenant": "lowest_live_of_tenant",
    "tasks_over": "lowest_over",
    "tasks_over_of_tenant": "lowest_over_of_tenant",
}


def page_of_tasks(snapshot: Connection, which: TaskFilter, limit: int) -> tuple[list[Row], str]:
    """The rows of a page, and the `before` of the next one, '' when there is none."""
    statement = _listing(which)
    values = _values(which)
    stop = _stop(snapshot, which, statement, values)
    rows = snapshot.run(statement, values | {"lowest": stop or which.lowest, "tasks": limit + 1})
    return (rows[:limit], rows[limit - 1][0]) if len(rows) > limit else (rows, stop)


def _stop(snapshot: Connection, which: TaskFilter, statement: str, values: Mapping[str, Any]) -> str:
    """The id at which this page has to end, full or not; '' if there is no need."""
    live = which.state is not None and not which.state.terminal
    if which.ids or not (live or which.query):
        return ""
    looked = NAMES_LOOKED_AT if which.query else LOOKED_AT
    rows = snapshot.run(_LOWEST[statement], {**values, "looked": looked})
    return str(rows[0][0]) if rows else ""


def _values(which: TaskFilter) -> dict[str, Any]:
    return {
        "tenant": which.tenant,
        "state": which.state,
        "query": which.query,
        "lowest": which.lowest,
        "before": which.before or AFTER_ALL_IDS,
        "ids": text(which.ids),
    }


def _listing(which: TaskFilter) -> str:
    """The statement whose index fits this filter best."""
    if which.ids:
        return "tasks_among"
    of_tenant = which.tenant is not None
    if which.state is None:
        return "tasks_of_tenant" if of_tenant else "tasks"
    listing = "tasks_over" if which.state.terminal else "tasks_live"
    return f"{listing}_of_tenant" if of_tenant else listing


def live(snapshot: Connection, tenant: str | None) -> Live:
    """What is not over, of a tenant or of all."""
    values = {"tenant": tenant, "bound": COUNT_BOUND}
    rows = [row for pool in Pool for row in snapshot.run("live_ready", values | {"pool": pool.value})]
    rows += snapshot.run("live_begun", values)
    ((queued, running, oldest),) = snapshot.run("live_tasks" if tenant is None else "live_tasks_of_tenant", values)
    return Live(jobs=tuple(map(live_jobs_of, rows)), queued=queued, running=running, oldest_arrived_at=oldest)
