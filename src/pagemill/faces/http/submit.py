"""A file comes in over HTTP: as multipart, as JSON, or raw."""

from typing import Annotated, Any

import anyio
import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from pagemill.domain.errors import PagemillError, RequestError
from pagemill.faces.http import openapi
from pagemill.faces.http.auth import ServiceDep, WriteDep
from pagemill.faces.http.base64_source import JSON_BODY_SECONDS, JSON_BYTES, SubmitBody, receive_base64
from pagemill.faces.http.bodies import drain, json_object, pieces, read_json
from pagemill.faces.http.multipart import receive_form
from pagemill.faces.http.schemas import TaskBody, task_address, task_body
from pagemill.intake.service import Service
from pagemill.intake.submit import Wish, read_wish
from pagemill.intake.upload import Upload, receiving, too_large
from pagemill.store.views import TaskView

RETRY_AFTER_SECONDS = 1
_FORM_OVERHEAD_BYTES = 1024 * 1024
_TOO_LARGE_TO_DRAIN = "file_too_large"

router = APIRouter(tags=["tasks"])


@router.post(
    "/v1/tasks", status_code=202, response_model=TaskBody, responses=openapi.ACCEPTED, openapi_extra=openapi.SUBMIT_BODY
)
async def submit(request: Request, service: ServiceDep, tenant: WriteDep) -> Response:
    """Submits a file: multipart with the part `file`, or JSON with `source.base64`.

    202 means that the task is on disk and will end in exactly one terminal state. Both `options` and `metadata` are JSON.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    _refuse_unbuilt(request)
    await _admit(request, service)
    if kind == "application/json":
        return await _submit_json(request, service, tenant)
    if kind == "multipart/form-data":
        return await _submit_form(request, service, tenant)
    raise RequestError(
        f"a body of type {kind or 'nothing'} is not understood",
        hint="Send multipart/form-data or application/json, or PUT the raw file.",
    )


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
) -> Response:
    """Submits the body itself as the file; it is streamed to disk as it comes."""
    wish = read_wish(json_object(options, "`options`"), json_object(metadata, "`metadata`"), priority)
    _refuse_unbuilt(request)
    await _admit(request, service)
    async with receiving(service.blobs, service.clock, service.limits.max_file_bytes) as upload:
        await upload.open(file_name)
        await _politely(request, _receive_raw(request, upload))
        received = await upload.finish()
    return _accepted(service, await service.submitter.submit(tenant, received, wish))


async def _submit_form(request: Request, service: Service, tenant: str) -> Response:
    async with receiving(service.blobs, service.clock, service.limits.max_file_bytes) as upload:
        fields = await _politely(request, receive_form(request, upload))
        wish = _wish_of_form(fields)
        received = await upload.finish()
        if fields.get("file_name"):
            received = received.renamed(fields["file_name"].decode("utf-8", "replace"))
    return _accepted(service, await service.submitter.submit(tenant, received, wish))


async def _submit_json(request: Request, service: Service, tenant: str) -> Response:
    async with request.app.state.json_bodies:
        body = await _read_submit_body(request)
        body.refuse_unbuilt()
        wish = read_wish(body.options, body.metadata, body.priority)
        async with receiving(service.blobs, service.clock, service.limits.max_file_bytes) as upload:
            await receive_base64(body, upload)
            received = await upload.finish()
    return _accepted(service, await service.submitter.submit(tenant, received, wish))


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


async def _politely(request: Request, reading: Any) -> Any:
    """Reads on for a while after a refusal, so that its answer arrives; not after a body that is too large or cut off."""
    try:
        return await reading
    except PagemillError as refusal:
        if refusal.code not in (_TOO_LARGE_TO_DRAIN, "body_incomplete"):
            with anyio.move_on_after(5):
                await drain(request)
        raise


def _refuse_unbuilt(request: Request) -> None:
    if "idempotency-key" in request.headers:
        raise RequestError(
            "Idempotency-Key is not built yet", hint="Leave the header out; see GET /v1/tasks before a repeat."
        )


async def _admit(request: Request, service: Service) -> None:
    announced = request.headers.get("content-length", "")
    limit = service.limits.max_file_bytes
    if announced.isdecimal() and int(announced) > max(limit + _FORM_OVERHEAD_BYTES, JSON_BYTES):
        raise too_large("the file", limit)
    await service.admission.check()


def _accepted(service: Service, view: TaskView) -> Response:
    headers = {
        "Location": task_address(view.task.id, service.public_url),
        "Retry-After": str(RETRY_AFTER_SECONDS),
    }
    body = msgspec.json.encode(task_body(view, service.public_url))
    return Response(body, 202, headers, "application/json")
