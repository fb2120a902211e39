"""A short guide for language models that are to use the service: made from the code, so that it says what is so."""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

import pagemill
from pagemill.domain.formats import FORMATS
from pagemill.domain.task import TaskState
from pagemill.faces.http.auth import ServiceDep

USUAL_ADDRESS = "http://127.0.0.1:8000"
KEY_HEADER = " -H 'Authorization: Bearer KEY'"

STEPS = (
    ("POST", "/v1/tasks", "Submit a file; the answer has the task's `id`", "-F file=@report.pdf"),
    (
        "GET",
        "/v1/tasks/{task_id}",
        "Wait until `status` is no longer queued or running; ask again if it still is",
        "?wait=30",
    ),
    ("GET", "/v1/tasks/{task_id}/result.{form}", "Read the result as md, json, html or txt", "md"),
    ("GET", "/v1/tasks/{task_id}/chunks.jsonl", "Read the chunks for retrieval, a JSON object a line", ""),
    ("GET", "/v1/tasks", "List tasks, newest first; go on with `next_cursor` as `cursor`", "?status=failed"),
)
"""The requests that matter: method, route, what for, and what the example adds to it."""

router = APIRouter(tags=["health"])


@router.get("/llms.txt", response_class=PlainTextResponse)
async def llms(service: ServiceDep) -> PlainTextResponse:
    """A short guide for language models."""
    return PlainTextResponse(guide(service.public_url, open_to_all=await service.keyring.is_open()))


def guide(public_url: str, *, open_to_all: bool) -> str:
    """What the service does, and the requests that matter with their curl lines."""
    address = public_url or USUAL_ADDRESS
    key = "" if open_to_all else KEY_HEADER
    steps = "\n".join(_step(number, step, address, key) for number, step in enumerate(STEPS, 1))
    kinds = ", ".join(entry.name for entry in FORMATS)
    states = ", ".join(TaskState)
    return f"""# Pagemill {pagemill.__version__}

> Turns documents into layout segments, Markdown, HTML and chunks for retrieval. A file becomes a task; a task ends in exactly one
> result or one error.

Files: {kinds}. States of a task: {states}.

{steps}
Errors are JSON (RFC 9457): `code` says what is wrong and is stable, `hint` says what to do. After 429 and 503, wait for the seconds
in `Retry-After`. Options go with the file: -F 'options={{"pages":"1-5"}}'. All options, limits and formats: {address}/v1/capabilities.
Every request: {address}/openapi.json
"""


def _step(number: int, step: tuple[str, str, str, str], address: str, key: str) -> str:
    method, route, what, more = step
    path = route.replace("{task_id}", "TASK_ID").replace("{form}", more)
    added = more if more.startswith("?") else ""
    extra = f" {more}" if method == "POST" else ""
    return f"{number}. {what} ({method} {route}):\n\n       curl{key}{extra} '{address}{path}{added}'\n"
