"""The task as a resource: look, wait, list, cancel, retry, change, delete."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from pagemill.domain.errors import TaskNotFound
from pagemill.domain.options import parse_options
from pagemill.domain.task import TaskState
from pagemill.faces.http import openapi
from pagemill.faces.http.auth import ListedTenantDep, ReadDep, ServiceDep, WriteDep
from pagemill.faces.http.bodies import read_json
from pagemill.faces.http.schemas import (
    AttemptList,
    TaskBody,
    TaskList,
    attempt_body,
    task_address,
    task_body,
)
from pagemill.faces.http.selection import LONGEST_QUERY, Selection
from pagemill.intake.service import Service
from pagemill.store.views import TaskView

LONGEST_WAIT_SECONDS = 60
POLL_SECONDS = 5.0
"""A bell can be missed (another process changed the row), so sleepers look again this often."""

LARGEST_PAGE = 200

router = APIRouter(tags=["tasks"], responses=openapi.COMMON)


class ChangeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """New options, merged over the present ones; null takes an option back to its default."""

    options: dict[str, Any]


async def owned_task(service: Service, tenant: str, task_id: str) -> TaskView:
    """The task, if it is this tenant's. Raises `TaskNotFound`, also for other tenants' tasks."""
    view = await service.views.task(task_id)
    if view.task.tenant != tenant:
        raise TaskNotFound(f"There is no task {task_id}")
    return view


@router.get("/v1/tasks/{task_id}", response_model=TaskBody, responses=openapi.NOT_FOUND)
async def show(
    task_id: str,
    service: ServiceDep,
    tenant: ReadDep,
    wait: Annotated[int, Query(ge=0, le=LONGEST_WAIT_SECONDS, description="Seconds to wait for the task's end.")] = 0,
) -> Response:
    """One task. With `wait`, the answer comes when the task has ended or the time is over, whichever is first."""
    return _answer(service, await _awaited(service, tenant, task_id, wait))


@router.get("/v1/tasks", response_model=TaskList)
async def list_tasks(
    service: ServiceDep,
    tenant: ListedTenantDep,
    status: Annotated[TaskState | None, Query(description="Only tasks in this state.")] = None,
    q: Annotated[str, Query(max_length=LONGEST_QUERY, description="Part of the file's name.")] = "",
    created_after: Annotated[datetime | None, Query(description="RFC 3339, with a time zone.")] = None,
    created_before: Annotated[datetime | None, Query(description="RFC 3339, with a time zone.")] = None,
    cursor: Annotated[str, Query(max_length=100, description="`next_cursor` of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 50,
) -> Response:
    """The key's own tasks, newest first, a page at a time; with the scope `admin`, those of any `tenant`.

    A page may have fewer tasks than `limit`, even none, and go on with `next_cursor`: so many tasks are looked at for one.
    """
    selection = Selection(status=status, q=q, created_after=created_after, created_before=created_before)
    page = await service.views.tasks(selection.of(tenant, cursor), limit)
    tasks = [task_body(view, service.public_url) for view in page.tasks]
    return json_answer({"tasks": tasks, "next_cursor": page.before or None})


@router.post("/v1/tasks/{task_id}/cancel", response_model=TaskBody, responses=openapi.NOT_FOUND)
async def cancel(task_id: str, service: ServiceDep, tenant: WriteDep) -> Response:
    """Cancels the task with all its work. A task that has ended stays as it is; asking twice changes nothing more."""
    await owned_task(service, tenant, task_id)
    await service.queue.cancel([task_id])
    return _answer(service, await service.views.task(task_id))


@router.post(
    "/v1/tasks/{task_id}/retry",
    status_code=202,
    response_model=TaskBody,
    responses=openapi.RERUN,
)
async def retry(task_id: str, service: ServiceDep, tenant: WriteDep) -> Response:
    """Runs a failed, cancelled or partial task again; pages that were read are kept.

    A task that runs, or has its whole result, stays as it is. An encrypted file needs its password again: change its options.
    """
    view = await owned_task(service, tenant, task_id)
    await service.submitter.rerun(view.spec, None)
    return _answer(service, await service.views.task(task_id), 202)


@router.patch(
    "/v1/tasks/{task_id}",
    status_code=202,
    response_model=TaskBody,
    responses=openapi.RERUN | openapi.problems(400, 408, 413),
    openapi_extra=openapi.CHANGE_BODY,
)
async def change(task_id: str, request: Request, service: ServiceDep, tenant: WriteDep) -> Response:
    """Runs the task again with other options, in any state; what need not be done twice is kept.

    The options given are merged over the present ones. Until the new result is there, the old one stays readable.
    """
    body = await read_json(request, ChangeBody)
    view = await owned_task(service, tenant, task_id)
    present = msgspec.to_builtins(view.spec.options)
    merged = {name: value for name, value in (present | body.options).items() if value is not None}
    await service.submitter.rerun(view.spec, parse_options(merged))
    return _answer(service, await service.views.task(task_id), 202)


@router.delete("/v1/tasks/{task_id}", status_code=204, responses=openapi.NOT_FOUND)
async def delete(task_id: str, service: ServiceDep, tenant: WriteDep) -> Response:
    """Removes the task in any state, with its file, its results and its history. Work on it is stopped."""
    await owned_task(service, tenant, task_id)
    await service.queue.delete([task_id])
    return Response(status_code=204)


@router.get("/v1/tasks/{task_id}/attempts", response_model=AttemptList, responses=openapi.NOT_FOUND)
async def attempts(task_id: str, service: ServiceDep, tenant: ReadDep) -> Response:
    """Every try at every piece of the task, oldest first, with how it ended."""
    await owned_task(service, tenant, task_id)
    return json_answer({"attempts": [attempt_body(view) for view in await service.views.attempts(task_id)]})


async def _awaited(service: Service, tenant: str, task_id: str, wait_seconds: int) -> TaskView:
    deadline = service.clock.monotonic_seconds() + wait_seconds
    with service.wakeups.ends.of(task_id) as bell:
        while True:
            heard = bell.rings
            view = await owned_task(service, tenant, task_id)
            left = deadline - service.clock.monotonic_seconds()
            if view.task.state.terminal or left <= 0 or service.stopping.is_set():
                return view
            await service.pause(bell, heard, min(left, POLL_SECONDS))


def _answer(service: Service, view: TaskView, status: int = 200) -> Response:
    answer = json_answer(task_body(view, service.public_url), status)
    if status == 202:
        answer.headers["Location"] = task_address(view.task.id, service.public_url)
        answer.headers["Retry-After"] = "1"
    return answer


def json_answer(body: Any, status: int = 200) -> Response:
    """A body that is made of plain values."""
    return Response(msgspec.json.encode(body), status, {"Cache-Control": "no-store"}, "application/json")
