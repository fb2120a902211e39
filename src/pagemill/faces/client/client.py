"""The client: submit, wait, read."""

import json
import time
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import msgspec

from pagemill.domain.task import TaskState
from pagemill.faces.client.transport import Transport

DEFAULT_URL = "http://127.0.0.1:8000"
POLL_SECONDS = 30
PATIENCE_SECONDS = 60.0


class Form(StrEnum):
    """The forms of a result, as their addresses end."""

    JSON = "result.json"
    MARKDOWN = "result.md"
    HTML = "result.html"
    TEXT = "result.txt"
    CHUNKS = "chunks.jsonl"


class Progress(msgspec.Struct, frozen=True):
    """Pages read so far; `pages_total` is 0 until the file has been opened."""

    pages_done: int
    pages_total: int


class TaskError(msgspec.Struct, frozen=True):
    """Why a task failed."""

    code: str
    detail: str
    hint: str = ""
    page: int = 0


class RemoteTask(msgspec.Struct, frozen=True):
    """A task as the service shows it; times are RFC 3339 strings. `raw` is its whole JSON."""

    id: str
    status: TaskState
    progress: Progress
    partial: bool
    error: TaskError | None
    file_name: str
    created_at: str
    started_at: str | None
    finished_at: str | None
    raw: dict[str, Any] = msgspec.field(default_factory=dict)


class Client:
    """Speaks to the service at `url`. Busy answers and broken lines are tried again for `patience_seconds`.

    Every call raises `Refused` or `Unreachable`. Use it in a `with` block, from one thread at a time.
    """

    def __init__(self, url: str = DEFAULT_URL, api_key: str = "", patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._transport = Transport(url, api_key, patience_seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transport.close()

    def submit(
        self,
        file: BinaryIO,
        file_name: str,
        options: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> RemoteTask:
        """Submits an open, seekable file, streamed. If the line breaks meanwhile it is not sent again: it may have arrived."""
        fields = {"options": json.dumps(dict(options or {})), "metadata": json.dumps(dict(metadata or {}))}
        files = {"file": (file_name, file)}
        return _task(self._transport.call("POST", "/v1/tasks", repeatable=False, data=fields, files=files).content)

    def get(self, task_id: str, wait_seconds: int = 0) -> RemoteTask:
        """The task; with `wait_seconds` (at most 60) as soon as it has ended, or after that time."""
        answer = self._transport.call("GET", f"/v1/tasks/{task_id}", params={"wait": wait_seconds})
        return _task(answer.content)

    def wait(self, task_id: str, timeout_seconds: float | None = None) -> RemoteTask:
        """The task once it has ended. Raises `TimeoutError`; None waits for ever."""
        deadline = None if timeout_seconds is None else time.monotonic() + timeout_seconds
        while True:
            left = POLL_SECONDS if deadline is None else max(0, min(POLL_SECONDS, round(deadline - time.monotonic())))
            task = self.get(task_id, left)
            if task.status.terminal:
                return task
            if deadline is not None and time.monotonic() >= deadline:
                raise TimeoutError(f"the task {task_id} was still {task.status} after {timeout_seconds} s")

    def tasks(self, status: TaskState | None = None, query: str = "") -> Iterator[RemoteTask]:
        """All tasks, newest first, fetched a page at a time."""
        parameters = {"q": query, "cursor": "", **({} if status is None else {"status": status.value})}
        while True:
            page = json.loads(self._transport.call("GET", "/v1/tasks", params=parameters).content)
            yield from map(_from_json, page["tasks"])
            if page["next_cursor"] is None:
                return
            parameters["cursor"] = page["next_cursor"]

    def cancel(self, task_id: str) -> RemoteTask:
        """Cancels the task if it has not ended."""
        return _task(self._transport.call("POST", f"/v1/tasks/{task_id}/cancel").content)

    def retry(self, task_id: str) -> RemoteTask:
        """Runs a failed, cancelled or partial task again."""
        return _task(self._transport.call("POST", f"/v1/tasks/{task_id}/retry").content)

    def change(self, task_id: str, options: Mapping[str, Any]) -> RemoteTask:
        """Runs the task again with these options over its present ones."""
        answer = self._transport.call(
            "PATCH", f"/v1/tasks/{task_id}", json={"options": dict(options)}, repeatable=False
        )
        return _task(answer.content)

    def delete(self, task_id: str) -> None:
        """Removes the task with everything it has."""
        self._transport.call("DELETE", f"/v1/tasks/{task_id}", repeatable=False)

    def result(self, task_id: str, form: Form = Form.JSON) -> bytes:
        """The result in one form, whole."""
        return self._transport.call("GET", f"/v1/tasks/{task_id}/{form}").content

    def save_result(self, task_id: str, form: Form, target: Path) -> None:
        """Writes the result to a file, piece by piece; `target` appears only when it is whole."""
        unfinished = target.with_name(f".{target.name}.part")
        try:
            with self._transport.stream(f"/v1/tasks/{task_id}/{form}") as pieces, unfinished.open("wb") as file:
                for piece in pieces:
                    file.write(piece)
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)


def _task(body: bytes) -> RemoteTask:
    return _from_json(json.loads(body))


def _from_json(values: dict[str, Any]) -> RemoteTask:
    return msgspec.convert(values | {"raw": values}, RemoteTask)
