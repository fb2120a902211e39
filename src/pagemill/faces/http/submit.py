"""A file comes in over HTTP: as multipart, as JSON, or raw."""

from typing import Annotated

import anyio
import msgspec
from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response

from pagemill.domain.errors import RequestError
from pagemill.faces.http import openapi
from pagemill.faces.http.auth import ServiceDep, WriteDep
from pagemill.faces.http.base64_source import JSON_BODY_SECONDS, JSON_BYTES, SubmitBody, receive_base64
from pagemill.faces.http.bodies import json_object, pieces, politely, read_json, refuse_announced
from pagemill.faces.http.multipart import receive_form
from pagemill.faces.http.schemas import TaskBody, task_address, task_body
from pagemill.intake.service import Service
from pagemill.intake.submit import Wish, read_wish
from pagemill.intake.upload import ReceivedFile, Upload, receiving

RETRY_AFTER_SECONDS = 1
FORM_FIELDS = frozenset({"options", "metadata", "priority", "file_name"})

IdempotencyKey = Annotated[
    str | None,
    Header(
        pattern="^[ -~]{1,255}$",
        description="The same key with the same request is the same task, for at least a day; printable ASCII.",
    ),
]

router = APIRouter(tags=["tasks"])


@router.post(
    "/v1/tasks", status_code=202, response_model=TaskBody, responses=openapi.ACCEPTED, openapi_extra=openapi.SUBMIT_BODY
)
async def submit(
    request: Request, service: ServiceDep, tenant: WriteDep, idempotency_key: IdempotencyKey = None
) -> Response:
    """Submits a file: multipart with the part `file`, or JSON with `source.base64` or `source.file_id`.

    202 means that the task is on disk and will end in exactly one terminal state. Both `options` and `metadata` are JSON.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    await _admit(request, service, tenant)
    if kind == "application/json":
        received, wish = await _receive_json(request, service, tenant)
    elif kind == "multipart/form-data":
        received, wish = await _receive_form(request, service)
    else:
        raise RequestError(
            f"a body of type {kind or 'nothing'} is not understood",
            hint="Send multipart/form-data or application/json, or PUT the raw file.",
        )
    return await _accept(service, tenant, received, wish, idempotency_key)


@router.put(
    "/v1/tasks", status_code=202, response_model=TaskBody, responses=openapi.ACCEPTED, openapi_extra=openapi.RAW_BODY
)
async def submit_raw(
    request: Request,
    service: ServiceDep,
    tenant: WriteDep,
    file_name: Annotated[str, Query(description="What to call the file.")] = "",
    options: Annotated[str, Query(description="A JSON object.")] = "",
    metadata: Annotated[str, Query(description="A JSON object, echoed.")] = "",
    priority: Annotated[str | None, Query(description="high, normal or low.")] = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Submits the body itself as the file; it is streamed to disk as it comes."""
    wish = read_wish(json_object(options, "`options`"), json_object(metadata, "`metadata`"), priority)
    await _admit(request, service, tenant)
    async with receiving(service.blobs, service.clock, service.limits.max_file_bytes) as upload:
        await upload.open(file_name)
        await politely(request, _receive_raw(request, upload))
        received = await upload.finish()
    return await _accept(service, tenant, received, wish, idempotency_key)


async def _receive_form(request: Request, service: Service) -> tuple[ReceivedFile, Wish]:
    async with receiving(service.blobs, service.clock, service.limits.max_file_bytes) as upload:
        fields = await politely(request, receive_form(request, upload, FORM_FIELDS))
        wish = _wish_of_form(fields)
        received = await upload.finish()
        if fields.get("file_name"):
            received = received.renamed(fields["file_name"].decode("utf-8", "replace"))
    return received, wish


async def _receive_json(request: Request, service: Service, tenant: str) -> tuple[ReceivedFile, Wish]:
    async with request.app.state.json_bodies:
        body = await _read_submit_body(request)
        body.refuse_unbuilt()
        wish = read_wish(body.options, body.metadata, body.priority)
        if body.source.file_id is not None:
            return await service.shelf.copy_for_task(tenant, body.source.file_id, body.file_name), wish
        async with receiving(service.blobs, service.clock, service.limits.max_file_bytes) as upload:
            await receive_base64(body, upload)
            return await upload.finish(), wish


async def _read_submit_body(request: Request) -> SubmitBody:
    try:
        with anyio.fail_after(JSON_BODY_SECONDS):
            return await read_json(request, SubmitBody, JSON_BYTES)
    except TimeoutError:
        raise RequestError(f"the body took longer than {JSON_BODY_SECONDS:.0f} s", code="body_incomplete") from None


def _wish_of_form(fields: dict[str, bytes]) -> Wish:
    priority = fields["priority"].decode("utf-8", "replace") if "priority" in fields else None
    options = json_object(fields.get("options"), "`options`")
    return read_wish(options, json_object(fields.get("metadata"), "`metadata`"), priority)


async def _receive_raw(request: Request, upload: Upload) -> None:
    async for piece in pieces(request):
        await upload.write(piece)


async def _admit(request: Request, service: Service, tenant: str) -> None:
    refuse_announced(request, max(service.limits.max_file_bytes, JSON_BYTES))
    await service.admission.check(tenant)


async def _accept(
    service: Service, tenant: str, received: ReceivedFile, wish: Wish, idempotency_key: str | None
) -> Response:
    accepted = await service.submitter.submit(tenant, received, wish, idempotency_key or "")
    headers = {
        "Location": task_address(accepted.view.task.id, service.public_url),
        "Retry-After": str(RETRY_AFTER_SECONDS),
    }
    if accepted.replayed:
        headers["Idempotent-Replayed"] = "true"
    body = msgspec.json.encode(task_body(accepted.view, service.public_url))
    return Response(body, 202, headers, "application/json")
