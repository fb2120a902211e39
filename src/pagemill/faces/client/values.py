"""What the service answers with, as values. Each keeps the whole JSON that it was made from in `raw`."""

from collections.abc import Sequence
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


class Which(TypedDict, total=False):
    """Which tasks: those that fit all of these. None and "" mean any.

    `query` is a part of the file's name. `tenant` is that of the key; another one, or `*` for all, needs the scope `admin`.
    """

    status: TaskState | str | None
    query: str
    created_after: datetime | None
    created_before: datetime | None
    tenant: str


class WhichOfMany(Which, total=False):
    """The same for the verbs that act on many tasks, which may be named by their `ids`, too: at least one, at most 5,000."""

    ids: Sequence[str] | None


class BulkCount(msgspec.Struct, frozen=True):
    """How many tasks fitted, and how many of them were changed; in a dry run, how many would be."""

    matched: int
    changed: int
    dry_run: bool


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
    """One machine's agent: `state` is alive, dead or left; a node that is `drained` has nothing left to do."""

    id: int
    host: str
    state: str
    draining: bool
    drained: bool
    held: int


class FailureGroup(Value, frozen=True, kw_only=True):
    """The failures that share a code, with some of their tasks and what one of them was told."""

    code: str
    title: str
    hint: str
    count: int
    share: float
    last_seen: datetime
    task_ids: tuple[str, ...]
    message: str


class Key(Value, frozen=True, kw_only=True):
    """An API key without its secret."""

    id: str
    name: str
    tenant: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class NewKey(Key, frozen=True, kw_only=True):
    """A key that was just made. `key` is the secret: the service shows it this once."""

    key: str

    def __repr__(self) -> str:
        return Value.__repr__(msgspec.structs.replace(self, key="***"))
