"""What a task has become, in every form; and what it was made from."""

from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from pagemill.blobs import keys
from pagemill.blobs.port import BlobMissing
from pagemill.domain.errors import RequestError, ResultNotReady, TaskNotFound
from pagemill.domain.task import TaskState
from pagemill.faces.http import openapi
from pagemill.faces.http.auth import ReadDep, ServiceDep
from pagemill.faces.http.streams import blob_response, disposition
from pagemill.faces.http.tasks import owned_task
from pagemill.intake.service import Service
from pagemill.intake.sniff import MEDIA_TYPES
from pagemill.store.views import TaskView


class ResultForm(StrEnum):
    """The forms of a result, by suffix."""

    JSON = "json"
    MARKDOWN = "md"
    HTML = "html"
    TEXT = "txt"


_FORMS = {
    ResultForm.JSON: (keys.DOCUMENT_JSON, "application/json"),
    ResultForm.MARKDOWN: (keys.DOCUMENT_MARKDOWN, "text/markdown"),
    ResultForm.HTML: (keys.DOCUMENT_HTML, "text/html"),
    ResultForm.TEXT: (keys.DOCUMENT_TEXT, "text/plain"),
}
_CHUNKS_TYPE = "application/x-ndjson"
_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
"""A result is somebody else's document: shown by a browser, it must not act in our name."""

_BLOB_ANSWER = openapi.problems(404, 409, 416) | {
    206: {"description": "The part that Range asked for."},
    304: {"description": "Not changed: If-None-Match names the version there is."},
}
_CONTENT: dict[str, Any] = {media_type: {} for _, media_type in _FORMS.values()}

router = APIRouter(tags=["results"], responses=openapi.COMMON)


@router.get(
    "/v1/tasks/{task_id}/result",
    response_class=Response,
    responses=_BLOB_ANSWER | openapi.problems(406) | {200: {"content": _CONTENT, "description": "The result."}},
)
async def negotiated(task_id: str, request: Request, service: ServiceDep, tenant: ReadDep) -> Response:
    """The result in the form that Accept prefers: JSON, Markdown, HTML or plain text. JSON if it does not mind."""
    form = preferred_form(request.headers.get("accept", ""))
    answer = await _result(task_id, form, request, service, tenant)
    answer.headers["Vary"] = "Accept"
    return answer


@router.get(
    "/v1/tasks/{task_id}/result.{form}",
    response_class=Response,
    responses=_BLOB_ANSWER | {200: {"content": _CONTENT, "description": "The result."}},
)
async def in_form(task_id: str, form: ResultForm, request: Request, service: ServiceDep, tenant: ReadDep) -> Response:
    """The result as `json` (pages, segments, chunks), `md`, `html` or `txt`."""
    return await _result(task_id, form, request, service, tenant)


@router.get(
    "/v1/tasks/{task_id}/chunks.jsonl",
    response_class=Response,
    responses=_BLOB_ANSWER | {200: {"content": {_CHUNKS_TYPE: {}}, "description": "A chunk a line."}},
)
async def chunks(task_id: str, request: Request, service: ServiceDep, tenant: ReadDep) -> Response:
    """The chunks for retrieval, one JSON object a line."""
    view = published(await owned_task(service, tenant, task_id))
    return await _blob(request, service, view.task.result_key + keys.CHUNKS, _CHUNKS_TYPE, _name(view, "chunks.jsonl"))


@router.get(
    "/v1/tasks/{task_id}/pages/{number}.png",
    response_class=Response,
    responses=_BLOB_ANSWER | {200: {"content": {"image/png": {}}, "description": "The page."}},
)
async def page_image(
    task_id: str,
    number: Annotated[int, Path(ge=1, le=1_000_000)],
    request: Request,
    service: ServiceDep,
    tenant: ReadDep,
) -> Response:
    """The image of a page, for tasks with the option `page_images`."""
    view = published(await owned_task(service, tenant, task_id))
    key = view.task.result_key + keys.page_image(number)
    try:
        return await _blob(request, service, key, "image/png", _name(view, f"{number}.png"))
    except BlobMissing:
        hint = "Submit with `page_images: true`, and count pages from 1."
        raise RequestError(f"there is no image of page {number}", code="not_found", hint=hint) from None


@router.get(
    "/v1/tasks/{task_id}/input",
    response_class=Response,
    responses=_BLOB_ANSWER | {200: {"content": {kind: {} for kind in MEDIA_TYPES}, "description": "The file."}},
)
async def submitted_file(task_id: str, request: Request, service: ServiceDep, tenant: ReadDep) -> Response:
    """The file as it was submitted, to be saved."""
    view = await owned_task(service, tenant, task_id)
    return await _blob(
        request, service, view.spec.input_key, view.spec.media_type, disposition("attachment", view.spec.file_name)
    )


def preferred_form(accept: str) -> ResultForm:
    """The form that an Accept header likes best; ties go to JSON, Markdown, HTML, text. Raises `RequestError` (406)."""
    if not accept.strip():
        return ResultForm.JSON
    ranges = [_media_range(part) for part in accept.split(",")]
    scored = {form: _quality(media_type, ranges) for form, (_, media_type) in _FORMS.items()}
    best = max(scored, key=lambda form: scored[form])
    if scored[best] <= 0:
        raise RequestError(f"the result cannot be {accept}", code="not_acceptable")
    return best


def _media_range(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip() for piece in part.split(";"))
    quality = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "q":
            try:
                quality = float(value)
            except ValueError:
                quality = 0.0
    return name.lower(), quality


def _quality(media_type: str, ranges: list[tuple[str, float]]) -> float:
    """The quality of the most specific range that fits."""
    group = media_type.partition("/")[0] + "/*"
    for wanted in (media_type, group, "*/*"):
        fitting = [quality for name, quality in ranges if name == wanted]
        if fitting:
            return max(fitting)
    return 0.0


def published(view: TaskView) -> TaskView:
    """The task, if it has a result. Raises `ResultNotReady`, saying how the task stands."""
    task = view.task
    if task.result_key:
        return view
    if task.state is TaskState.FAILED and task.problem is not None:
        hint = f"Its error is `{task.problem.code}`. {task.problem.hint}".strip()
        raise ResultNotReady(f"The task {task.id} failed: {task.problem.message}", hint=hint)
    if task.state is TaskState.CANCELLED:
        raise ResultNotReady(f"The task {task.id} was cancelled", code="cancelled")
    raise ResultNotReady(f"The task {task.id} is {task.state}")


async def _result(task_id: str, form: ResultForm, request: Request, service: Service, tenant: str) -> Response:
    view = published(await owned_task(service, tenant, task_id))
    name, media_type = _FORMS[form]
    return await _blob(request, service, view.task.result_key + name, media_type, _name(view, form.value))


async def _blob(request: Request, service: Service, key: str, media_type: str, shown_as: str) -> Response:
    headers = {"Content-Disposition": shown_as, "Content-Security-Policy": _SANDBOX}
    try:
        return await blob_response(request, service.blobs, key, media_type, headers)
    except BlobMissing:
        if key.endswith(".png"):
            raise
        raise TaskNotFound("This result was replaced or deleted a moment ago; look at the task again") from None


def _name(view: TaskView, suffix: str) -> str:
    return disposition("inline", f"{view.spec.file_name}.{suffix}")
