"""What the service answers with, as values. Each keeps the whole JSON that it was made from in `raw`."""

from datetime import datetime
from enum import StrEnum
from pathlib import PurePath
from typing import Any, TypedDict

import msgspec

from pagemill.domain.task import TaskState


class Form(StrEnum):
    """The forms of a result, named as files of that form end."""

    JSON = "json"
    MARKDOWN = "md"
    HTML = "html"
    TEXT = "txt"
    CHUNKS = "chunks.jsonl"

    @classmethod
    def of(cls, path: PurePath) -> "Form":
        """The form that a file of this name should have. Raises `ValueError` if the name does not say."""
        for form in cls:
            if path.name.endswith(f".{form}") or (form is Form.CHUNKS and path.suffix == ".jsonl"):
                return form
        raise ValueError(f"{path.name} ends in none of {', '.join(cls)}: name the form")


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """Fields that this client does not know are in `raw` alone: a newer service may send some."""

    raw: dict[str, Any] = msgspec.field(default_factory=dict)

    def __repr__(self) -> str:
        return msgspec.Struct.__repr__(msgspec.structs.replace(self, raw={}))


class Progress(msgspec.Struct, frozen=True):
    """Pages read so far; `pages_total` is 0 until the file has been opened."""

    pages_done: int
    pages_total: int


class TaskError(msgspec.Struct, frozen=True):
    """Why a task failed: `code` is one of docs/errors.md, `page` the one to blame, 0 for none."""

    code: str
    message: str = msgspec.field(name="detail")
    hint: str = ""
    page: int = 0


class TaskRecord(Value, frozen=True, kw_only=True):
    """A task as the service showed it at one moment. Times are in UTC."""

    id: str
    status: TaskState
    progress: Progress
    partial: bool
    error: TaskError | None
    file_name: str
    media_type: str = ""
    revision: int = 1
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime | None = None
    options: dict[str, Any] = msgspec.field(default_factory=dict)
    metadata: dict[str, Any] = msgspec.field(default_factory=dict)


class TaskPage(msgspec.Struct, frozen=True):
    """Some tasks, newest first, and where the next page begins: None on the last."""

    tasks: tuple[TaskRecord, ...]
    next_cursor: str | None


class Which(TypedDict, total=False):
    """Which tasks: those that fit all of these. `query` is a part of the file's name; None and "" mean all."""

    status: TaskState | str | None
    query: str
    created_after: datetime | None


class Event(Value, frozen=True, kw_only=True):
    """Something that happened to a task. Ids only rise."""

    id: int
    task_id: str
    revision: int
    at: datetime
    kind: str
    data: dict[str, Any]


class RemoteFile(Value, frozen=True, kw_only=True):
    """A file that the service keeps, to be used by many tasks."""

    id: str
    file_name: str
    media_type: str
    size_bytes: int = msgspec.field(name="bytes")
    sha256: str
    created_at: datetime
    expires_at: datetime | None = None


class Node(Value, frozen=True, kw_only=True):
    """One machine's agent."""

    id: int


class FailureGroup(Value, frozen=True, kw_only=True):
    """The failed tasks that share a code."""

    code: str
    count: int


class Key(Value, frozen=True, kw_only=True):
    """An API key without its secret."""

    id: str
    name: str
    tenant: str
    scopes: tuple[str, ...]


class NewKey(Key, frozen=True, kw_only=True):
    """A key that was just made. `key` is the secret: the service shows it this once."""

    key: str

    def __repr__(self) -> str:
        return Key.__repr__(msgspec.structs.replace(self, key="***"))
