"""Every call of the API, as a value: what to ask, and how to read the answer. Nothing here speaks HTTP."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pagemill.faces.client import answers
from pagemill.faces.client.answers import Page
from pagemill.faces.client.requests import Call, File, Request, Upload, upload_of
from pagemill.faces.client.values import (
    BulkCount,
    FailureGroup,
    Form,
    Key,
    NewKey,
    Node,
    RemoteFile,
    TaskRecord,
    Which,
    WhichOfMany,
)

_ADDRESSES = {form: f"result.{form}" for form in Form} | {Form.CHUNKS: "chunks.jsonl"}
_NAMES = {"query": "q"}
_task = answers.one(TaskRecord)


def submission(
    file: File | None, *, file_name: str, file_id: str, wish: Mapping[str, Any], idempotency_key: str
) -> Call[TaskRecord]:
    """A file, here or there, becomes a task; the same key again gives the same task. Raises `TypeError`."""
    if (file is None) == (not file_id):
        raise TypeError("give either a file or a file_id")
    if file is None:
        return _submit_remote(file_id, file_name, wish, idempotency_key)
    return _submit(upload_of(file, file_name), wish, idempotency_key)


def _submit(upload: Upload, wish: Mapping[str, Any], idempotency_key: str) -> Call[TaskRecord]:
    request = Request(
        method="POST",
        path="/v1/tasks",
        fields={name: value if isinstance(value, str) else json.dumps(value) for name, value in wish.items()},
        upload=upload,
        headers={"Idempotency-Key": idempotency_key},
    )
    return Call(request, _task)


def _submit_remote(file_id: str, file_name: str, wish: Mapping[str, Any], idempotency_key: str) -> Call[TaskRecord]:
    body = {"source": {"file_id": file_id}, **({"file_name": file_name} if file_name else {}), **wish}
    headers = {"Idempotency-Key": idempotency_key}
    return Call(Request(method="POST", path="/v1/tasks", json=body, headers=headers), _task)


def wish(options: Mapping[str, Any] | None, metadata: Mapping[str, Any] | None, priority: str) -> dict[str, Any]:
    """What is wanted of a task, without what is not said."""
    given = {"options": options and dict(options), "metadata": metadata and dict(metadata), "priority": priority}
    return {name: value for name, value in given.items() if value}


def look(task_id: str, wait_seconds: int = 0) -> Call[TaskRecord]:
    """The task; with `wait_seconds` (at most 60) once it has ended, or after that time."""
    query = {"wait": wait_seconds} if wait_seconds else None
    return Call(Request(method="GET", path=f"/v1/tasks/{task_id}", query=query), _task)


def list_tasks(which: Which, cursor: str) -> Call[Page[TaskRecord]]:
    """A page of tasks, newest first."""
    query = conditions(which) | _from(cursor)
    return Call(Request(method="GET", path="/v1/tasks", query=query), answers.page("tasks", TaskRecord))


def cancel(task_id: str) -> Call[TaskRecord]:
    """Ends the task if it has not ended."""
    return Call(Request(method="POST", path=f"/v1/tasks/{task_id}/cancel"), _task)


def retry(task_id: str) -> Call[TaskRecord]:
    """Runs a failed, cancelled or partial task again."""
    return Call(Request(method="POST", path=f"/v1/tasks/{task_id}/retry"), _task)


def change(task_id: str, options: Mapping[str, Any]) -> Call[TaskRecord]:
    """Runs the task again with these options over its present ones; begins anew each time it is sent."""
    body = {"options": dict(options)}
    return Call(Request(method="PATCH", path=f"/v1/tasks/{task_id}", json=body, repeatable=False), _task)


def delete(task_id: str) -> Call[None]:
    """Removes the task. A second one would be told that there is no such task."""
    return Call(Request(method="DELETE", path=f"/v1/tasks/{task_id}", repeatable=False), answers.nothing)


def result(task_id: str, form: Form) -> Call[bytes]:
    """The stored bytes of one form of the result."""
    return Call(Request(method="GET", path=f"/v1/tasks/{task_id}/{_ADDRESSES[form]}"), answers.raw)


def events(task_id: str, after: int) -> Request:
    """The stream of what happened to a task after the event with this id, and what happens until it ends."""
    return Request(method="GET", path=f"/v1/tasks/{task_id}/events", query={"after": after})


def picture(task_id: str, address: str) -> Call[bytes]:
    """The PNG of a page or segment."""
    return Call(Request(method="GET", path=f"/v1/tasks/{task_id}/{address}.png"), answers.raw)


def input_of(task_id: str) -> Call[bytes]:
    """The file as it was submitted."""
    return Call(Request(method="GET", path=f"/v1/tasks/{task_id}/input"), answers.raw)


def act_on_many(verb: str, which: WhichOfMany, *, everything: bool, dry_run: bool) -> Call[BulkCount]:
    """Cancels, retries or deletes all tasks that fit. Its counts are right only the first time that it is sent."""
    body = {"filter": conditions(which), "all": everything, "dry_run": dry_run}
    return Call(Request(method="POST", path=f"/v1/tasks:{verb}", json=body, repeatable=dry_run), answers.bulk_count)


def upload(upload: Upload, expires_in: int | None) -> Call[RemoteFile]:
    """Stores a file without a task; every time it is sent, a new one."""
    fields = {} if expires_in is None else {"expires_in": str(expires_in)}
    request = Request(method="POST", path="/v1/files", fields=fields, upload=upload, repeatable=False)
    return Call(request, answers.one(RemoteFile))


def list_files(cursor: str) -> Call[Page[RemoteFile]]:
    """A page of files, newest first."""
    return Call(Request(method="GET", path="/v1/files", query=_from(cursor)), answers.page("files", RemoteFile))


def file(file_id: str) -> Call[RemoteFile]:
    """What the service knows of a stored file."""
    return Call(Request(method="GET", path=f"/v1/files/{file_id}"), answers.one(RemoteFile))


def delete_file(file_id: str) -> Call[None]:
    """Removes a stored file."""
    return Call(Request(method="DELETE", path=f"/v1/files/{file_id}", repeatable=False), answers.nothing)


def nodes() -> Call[list[Node]]:
    """All nodes."""
    return Call(Request(method="GET", path="/v1/nodes"), answers.many("nodes", Node))


def drain(node_id: int, *, drain: bool) -> Call[Node]:
    """Tells a node to take no more work, or to take some again."""
    return Call(Request(method="POST", path=f"/v1/nodes/{node_id}/drain", json={"drain": drain}), answers.one(Node))


def stats(tenant: str) -> Call[dict[str, Any]]:
    """How much waits, runs and has ended."""
    return Call(Request(method="GET", path="/v1/stats", query={"tenant": tenant}), answers.values)


def failures(since: datetime | None, tenant: str) -> Call[list[FailureGroup]]:
    """Failures by code."""
    query = {"tenant": tenant} | ({} if since is None else {"since": since.isoformat()})
    return Call(Request(method="GET", path="/v1/failures", query=query), answers.many("failures", FailureGroup))


def list_keys(cursor: str) -> Call[Page[Key]]:
    """A page of API keys, newest first."""
    return Call(Request(method="GET", path="/v1/keys", query=_from(cursor)), answers.page("keys", Key))


def create_key(name: str, tenant: str, scopes: Sequence[str], expires_in: int | None) -> Call[NewKey]:
    """A new key; every time it is sent, another one."""
    body = {"name": name, "tenant": tenant, "scopes": list(scopes), "expires_in": expires_in}
    return Call(Request(method="POST", path="/v1/keys", json=body, repeatable=False), answers.one(NewKey))


def revoke_key(key_id: str) -> Call[None]:
    """Ends a key."""
    return Call(Request(method="DELETE", path=f"/v1/keys/{key_id}"), answers.nothing)


def conditions(which: Which | WhichOfMany) -> dict[str, Any]:
    """The filter as the API names it, without what means any."""
    return {_NAMES.get(name, name): _written(value) for name, value in which.items() if value not in (None, "")}


def _written(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _from(cursor: str) -> dict[str, str]:
    return {"cursor": cursor} if cursor else {}
