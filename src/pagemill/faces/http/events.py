"""What happens, as server-sent events: from the database, so a reader that comes back misses nothing."""

from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated

import msgspec
from fastapi import APIRouter, Header, Query
from fastapi.responses import Response, StreamingResponse
from fastapi.sse import format_sse_event

from pagemill.domain.errors import TaskNotFound
from pagemill.faces.http import openapi
from pagemill.faces.http.auth import ReadDep, ServiceDep
from pagemill.faces.http.schemas import event_body
from pagemill.faces.http.tasks import POLL_SECONDS, owned_task
from pagemill.intake.service import Service
from pagemill.store.views import Event
from pagemill.store.wakeup import Doorbell

BATCH = 200
HEARTBEAT_SECONDS = 15.0
LARGEST_EVENT_ID = 2**63 - 1
RECONNECT_MILLISECONDS = 2_000

_STREAM: openapi.Responses = {200: {"content": {"text/event-stream": {}}, "description": "Events, each with its `id`."}}
AfterQuery = Annotated[int, Query(ge=0, le=LARGEST_EVENT_ID, description="Only events with a higher id.")]
LastEventId = Annotated[str, Header(description="Sent by browsers when they reconnect; wins over `after`.")]

router = APIRouter(tags=["events"], responses=openapi.COMMON)


@router.get("/v1/tasks/{task_id}/events", response_class=Response, responses=_STREAM | openapi.problems(404))
async def task_events(
    task_id: str, service: ServiceDep, tenant: ReadDep, after: AfterQuery = 0, last_event_id: LastEventId = ""
) -> StreamingResponse:
    """The history of one task, then what happens to it as it happens; the stream ends when the task has ended."""
    await owned_task(service, tenant, task_id)
    return _stream(_feed(service, tenant, _start(after, last_event_id), task_id))


@router.get("/v1/events", response_class=Response, responses=_STREAM)
async def all_events(
    service: ServiceDep, tenant: ReadDep, after: AfterQuery = 0, last_event_id: LastEventId = ""
) -> StreamingResponse:
    """What happens to all of the key's tasks, beginning with the oldest event that is kept; ends when the service stops."""
    return _stream(_feed(service, tenant, _start(after, last_event_id)))


def _stream(feed: AsyncIterator[bytes]) -> StreamingResponse:
    # A plain stream: FastAPI's own keeps it open with pings of its own and does not know when the service stops.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(feed, media_type="text/event-stream", headers=headers)


def _start(after: int, last_event_id: str) -> int:
    known = last_event_id.isascii() and last_event_id.isdecimal() and len(last_event_id) < 19
    return int(last_event_id) if known else after


async def _feed(service: Service, tenant: str, after: int, task_id: str = "") -> AsyncIterator[bytes]:
    """Frames of all events after `after`; a comment now and then, so that nobody on the way takes the line for dead."""
    yield format_sse_event(retry=RECONNECT_MILLISECONDS)
    spoke_at = service.clock.monotonic_seconds()
    with _bell(service, task_id) as bell:
        while not service.stopping.is_set():
            heard = bell.rings
            # Asked first: whatever an ended task has to tell is written by then.
            ended = bool(task_id) and await _has_ended(service, task_id)
            batch = await service.views.events(after, BATCH, task_id)
            for event in batch:
                after = event.id
                if event.tenant == tenant:
                    yield _frame(event)
                    spoke_at = service.clock.monotonic_seconds()
            if len(batch) == BATCH:
                continue
            if ended:
                return
            if service.clock.monotonic_seconds() - spoke_at >= HEARTBEAT_SECONDS:
                yield format_sse_event(comment="still here")
                spoke_at = service.clock.monotonic_seconds()
            await service.pause(bell, heard, POLL_SECONDS)


def _bell(service: Service, task_id: str) -> AbstractContextManager[Doorbell]:
    return service.wakeups.tasks.of(task_id) if task_id else nullcontext(service.wakeups.events)


async def _has_ended(service: Service, task_id: str) -> bool:
    try:
        return (await service.views.task(task_id)).task.state.terminal
    except TaskNotFound:
        return True


def _frame(event: Event) -> bytes:
    data = msgspec.json.encode(event_body(event)).decode()
    return format_sse_event(data_str=data, event=event.kind, id=str(event.id))
