"""How much waits, how fast it goes, and what fails: figures for operators, from counts that are kept, never from all tasks."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from pagemill.domain.errors import CATALOGUE
from pagemill.domain.tally import (
    DAY_SECONDS,
    HOUR_SECONDS,
    MINUTE_SECONDS,
    EndCount,
    Failure,
    Span,
    grouped,
    span,
    summary,
)
from pagemill.domain.task import TaskState
from pagemill.faces.http import openapi
from pagemill.faces.http.auth import EVERY_TENANT, AdminDep, ServiceDep, TenantQuery
from pagemill.faces.http.schemas import rfc3339, time_of
from pagemill.faces.http.selection import moment
from pagemill.faces.http.tasks import json_answer
from pagemill.intake.service import Service
from pagemill.store.views import Live, NodeView, TaskView

WINDOWS = {"minute": MINUTE_SECONDS, "hour": HOUR_SECONDS, "day": DAY_SECONDS}
OVER = (TaskState.SUCCEEDED, TaskState.FAILED, TaskState.CANCELLED)

router = APIRouter(tags=["operators"], responses=openapi.COMMON)


def _watched_tenant(_: AdminDep, tenant: TenantQuery = "") -> str | None:
    return None if tenant in ("", EVERY_TENANT) else tenant


WatchedTenantDep = Annotated[str | None, Depends(_watched_tenant)]
"""Whose figures an operator asks for: everybody's, or those of `?tenant=`."""


class LiveTasks(BaseModel):
    """Tasks that have not ended, counted among the 10,000 oldest of them."""

    queued: int
    running: int
    oldest_waiting_seconds: float | None = Field(description="Since the oldest queued task arrived.")


class LiveJobsBody(BaseModel):
    """Jobs in one state, counted up to 10,000."""

    state: str
    pool: str
    band: str
    jobs: int


class Ended(BaseModel):
    """Tasks that ended in one state, and the time from arrival to end. Median and 95th percentile are at most 42 % too long."""

    tasks: int
    pages: int
    mean_seconds: float
    median_seconds: float
    p95_seconds: float


class Window(BaseModel):
    """How tasks ended since a whole minute or hour, and how many succeeded a second."""

    since: str
    seconds: float
    tasks_per_second: float
    pages_per_second: float
    succeeded: Ended
    failed: Ended
    cancelled: Ended


class Windows(BaseModel):
    """At least the last minute, hour and day."""

    minute: Window
    hour: Window
    day: Window


class NodeCount(BaseModel):
    """Nodes that are alive, and those of them that take nothing more."""

    alive: int
    draining: int


class Stats(BaseModel):
    """How much waits and how fast it goes."""

    at: str
    tasks: LiveTasks
    jobs: list[LiveJobsBody]
    finished: Windows
    nodes: NodeCount


class FailureBody(BaseModel):
    """All failures with one code. `task_ids` are some of its tasks that still exist, `message` is what one of them was told."""

    code: str
    title: str
    hint: str
    count: int
    share: float = Field(description="Of all failures, 0 to 1.")
    last_seen: str
    task_ids: list[str]
    message: str


class FailureList(BaseModel):
    """Failures by code, the most frequent first."""

    since: str = Field(description="A whole minute; a whole hour after two hours, a whole day (UTC) after two days.")
    count: int
    failures: list[FailureBody]


@router.get("/v1/stats", response_model=Stats)
async def stats(service: ServiceDep, tenant: WatchedTenantDep) -> Response:
    """What waits and runs, and how tasks ended in the last minute, hour and day; of everybody, or of one tenant.

    Ends of revisions are counted: a task that is retried counts again, and a deleted one still counts.
    """
    now = await service.views.now()
    live, nodes = await service.views.live(tenant), await service.views.nodes()
    body = {
        "at": time_of(now),
        "tasks": _live_tasks(live, now),
        "jobs": [{"state": lot.state, "pool": lot.pool, "band": lot.band, "jobs": lot.jobs} for lot in live.jobs],
        "finished": {name: await _window(service, tenant, now, seconds) for name, seconds in WINDOWS.items()},
        "nodes": _node_count(nodes, now),
    }
    return json_answer(body)


@router.get("/v1/failures", response_model=FailureList)
async def failures(
    service: ServiceDep,
    tenant: WatchedTenantDep,
    since: Annotated[datetime | None, Query(description="RFC 3339, with a time zone; without, a day ago.")] = None,
) -> Response:
    """Why tasks failed, by code. Counts are kept for 30 days, also of tasks that were deleted or retried since."""
    now = await service.views.now()
    wanted = moment(since, "since")
    start = span(now - DAY_SECONDS if wanted is None else wanted, now)
    found = grouped(await service.views.failures(tenant, start))
    examples = await service.views.tasks_by_id([task_id for failure in found for task_id in failure.task_ids])
    body = {
        "since": time_of(start.start),
        "count": sum(failure.tasks for failure in found),
        "failures": [_failure(failure, {view.task.id: view for view in examples}) for failure in found],
    }
    return json_answer(body)


def _live_tasks(live: Live, now: float) -> dict[str, Any]:
    oldest = None if live.oldest_arrived_at is None else round(max(0.0, now - live.oldest_arrived_at), 3)
    return {"queued": live.queued, "running": live.running, "oldest_waiting_seconds": oldest}


async def _window(service: Service, tenant: str | None, now: float, seconds: float) -> dict[str, Any]:
    since: Span = span(now - seconds, now)
    counts = await service.views.ends(tenant, since)
    length = max(now - since.start, 1.0)
    done = summary(count for count in counts if count.state is TaskState.SUCCEEDED)
    return {
        "since": rfc3339(since.start),
        "seconds": round(length, 3),
        "tasks_per_second": round(done.tasks / length, 3),
        "pages_per_second": round(done.pages / length, 3),
        **{state.value: _ended(count for count in counts if count.state is state) for state in OVER},
    }


def _ended(counts: Iterable[EndCount]) -> dict[str, Any]:
    found = summary(counts)
    return {
        "tasks": found.tasks,
        "pages": found.pages,
        "mean_seconds": round(found.mean_seconds, 3),
        "median_seconds": round(found.median_seconds, 3),
        "p95_seconds": round(found.slow_seconds, 3),
    }


def _node_count(nodes: Iterable[NodeView], now: float) -> dict[str, int]:
    alive = [node for node in nodes if node.state == "alive" and node.alive_until > now]
    return {"alive": len(alive), "draining": sum(node.draining for node in alive)}


def _failure(failure: Failure, known: dict[str, TaskView]) -> dict[str, Any]:
    entry = CATALOGUE[failure.code]
    examples = [known[task_id].task for task_id in failure.task_ids if task_id in known]
    messages = [task.problem.message for task in examples if task.problem and task.problem.code == failure.code]
    return {
        "code": failure.code,
        "title": entry.title,
        "hint": entry.hint,
        "count": failure.tasks,
        "share": round(failure.share, 4),
        "last_seen": time_of(failure.last_at),
        "task_ids": [task.id for task in examples],
        "message": messages[0].partition("\n")[0] if messages else "",
    }
