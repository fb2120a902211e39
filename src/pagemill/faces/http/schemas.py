"""What the API answers with, as OpenAPI shows it."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from pydantic import BaseModel, Field

from pagemill.domain.access import Scope
from pagemill.domain.task import TaskState
from pagemill.faces.http.problems import task_problem
from pagemill.store.api_keys import StoredApiKey
from pagemill.store.files import StoredFile
from pagemill.store.views import AttemptView, Event, TaskView


class Progress(BaseModel):
    """Pages read so far; `pages_total` is 0 until the file has been opened."""

    pages_done: int
    pages_total: int


class ProblemBody(BaseModel):
    """An RFC 9457 problem."""

    type: str
    title: str
    status: int
    detail: str
    code: str = Field(description="Stable; docs/errors.md lists them all.")
    hint: str = Field(description="What to do about it.")
    instance: str | None = None
    request_id: str | None = None
    retry_after: int | None = Field(None, description="Seconds.")
    page: int | None = Field(None, description="The page to blame.")
    errors: list[dict[str, str]] | None = None
    evidence: dict[str, Any] | None = None


class ResultLinks(BaseModel):
    """Where each form of the result is."""

    document: str = Field(description="JSON: pages, segments, chunks")
    markdown: str
    html: str
    text: str
    chunks: str = Field(description="JSON lines, a chunk a line")


class ResultBody(BaseModel):
    """The newest published result."""

    links: ResultLinks


class TaskBody(BaseModel):
    """A task. Times are RFC 3339, UTC."""

    id: str
    status: TaskState
    progress: Progress
    partial: bool = Field(description="Whether it succeeded without some of its pages.")
    error: ProblemBody | None
    file_name: str
    media_type: str
    input_bytes: int
    input_sha256: str
    revision: int = Field(description="Counts how often it was run with a clean slate: retried, or with new options.")
    created_at: str
    started_at: str | None
    finished_at: str | None
    deadline_at: str
    expires_at: str | None
    options: dict[str, Any]
    metadata: dict[str, Any]
    result: ResultBody | None = Field(description="While a new revision runs, the previous result.")


class TaskList(BaseModel):
    """A page of tasks, newest first."""

    tasks: list[TaskBody]
    next_cursor: str | None = Field(description="Send it as `cursor` for the next page; null on the last.")


class AttemptBody(BaseModel):
    """One try at one piece of a task."""

    job_id: int
    kind: str
    pool: str
    first_page: int
    last_page: int
    revision: int
    attempt: int
    node: int
    started_at: str
    ended_at: str | None
    end: str | None = Field(description="done, failed, given_back, lost or cancelled; null while it runs.")
    error: ProblemBody | None


class AttemptList(BaseModel):
    """Every attempt at a task's jobs, oldest first."""

    attempts: list[AttemptBody]


class FileBody(BaseModel):
    """A file that tasks may use as `source.file_id`."""

    id: str
    file_name: str
    media_type: str
    bytes: int
    sha256: str
    created_at: str
    expires_at: str | None


class FileList(BaseModel):
    """A page of files, newest first."""

    files: list[FileBody]
    next_cursor: str | None = Field(description="Send it as `cursor` for the next page; null on the last.")


class KeyBody(BaseModel):
    """A key, without the key itself."""

    id: str = Field(description="Stands in the key, between `pm_` and the secret.")
    tenant: str
    name: str
    scopes: list[Scope]
    created_at: str
    expires_at: str | None
    last_used_at: str | None = Field(description="Right to a minute.")
    revoked_at: str | None


class NewKeyBody(KeyBody):
    """A new key, with the key itself, which is told this once."""

    key: str


class KeyList(BaseModel):
    """A page of keys, newest first."""

    keys: list[KeyBody]
    next_cursor: str | None = Field(description="Send it as `cursor` for the next page; null on the last.")


def rfc3339(seconds: float | None) -> str | None:
    """Epoch seconds as `2026-01-31T12:00:00.123Z`."""
    return None if seconds is None else time_of(seconds)


def time_of(seconds: float) -> str:
    """Epoch seconds as `2026-01-31T12:00:00.123Z`."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def task_address(task_id: str, public_url: str) -> str:
    """Where a task is found: a path, or a whole address if the service knows its own."""
    return f"{public_url.rstrip('/')}/v1/tasks/{task_id}"


def task_body(view: TaskView, public_url: str) -> dict[str, Any]:
    """A task's JSON."""
    task, spec = view.task, view.spec
    options = msgspec.to_builtins(spec.options)
    options.pop("password")
    return {
        "id": task.id,
        "status": task.state,
        "progress": {"pages_done": task.pages_done, "pages_total": task.pages_total},
        "partial": task.partial,
        "error": None if task.problem is None else task_problem(task.problem),
        "file_name": spec.file_name,
        "media_type": spec.media_type,
        "input_bytes": spec.input_bytes,
        "input_sha256": spec.input_sha256,
        "revision": task.revision,
        "created_at": time_of(task.created_at),
        "started_at": rfc3339(task.started_at),
        "finished_at": rfc3339(task.finished_at),
        "deadline_at": time_of(task.deadline_at),
        "expires_at": rfc3339(task.expires_at),
        "options": options,
        "metadata": spec.metadata,
        "result": _result(view, public_url),
    }


def _result(view: TaskView, public_url: str) -> dict[str, Any] | None:
    if not view.task.result_key:
        return None
    address = task_address(view.task.id, public_url)
    forms = {"document": "json", "markdown": "md", "html": "html", "text": "txt"}
    links = {name: f"{address}/result.{suffix}" for name, suffix in forms.items()}
    return {"links": links | {"chunks": f"{address}/chunks.jsonl"}}


def attempt_body(view: AttemptView) -> dict[str, Any]:
    """An attempt's JSON."""
    return {
        "job_id": view.job_id,
        "kind": view.kind,
        "pool": view.pool,
        "first_page": view.first_page,
        "last_page": view.last_page,
        "revision": view.revision,
        "attempt": view.attempt,
        "node": view.node,
        "started_at": time_of(view.started_at),
        "ended_at": rfc3339(view.ended_at),
        "end": view.end,
        "error": None if view.problem is None else task_problem(view.problem),
    }


def file_body(file: StoredFile) -> dict[str, Any]:
    """A file's JSON."""
    return {
        "id": file.id,
        "file_name": file.file_name,
        "media_type": file.media_type,
        "bytes": file.size_bytes,
        "sha256": file.sha256,
        "created_at": time_of(file.created_at),
        "expires_at": rfc3339(file.expires_at),
    }


def key_body(key: StoredApiKey) -> dict[str, Any]:
    """A key's JSON: neither the secret nor its hash."""
    return {
        "id": key.id,
        "tenant": key.tenant,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "created_at": time_of(key.created_at),
        "expires_at": rfc3339(key.expires_at),
        "last_used_at": rfc3339(key.last_used_at),
        "revoked_at": rfc3339(key.revoked_at),
    }


def event_body(event: Event) -> dict[str, Any]:
    """The data of a server-sent event."""
    return {
        "task_id": event.task_id,
        "revision": event.revision,
        "at": time_of(event.at),
        "kind": event.kind,
        "data": event.data,
    }
