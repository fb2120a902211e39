"""The client, for those who wait for each answer."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self, Unpack
from uuid import uuid4

from pagemill.faces.client import calls
from pagemill.faces.client.answers import Kind, Page
from pagemill.faces.client.requests import Call, File, upload_of
from pagemill.faces.client.service import PATIENCE_SECONDS, Service
from pagemill.faces.client.task import Task
from pagemill.faces.client.transport import Transport
from pagemill.faces.client.values import BulkCount, FailureGroup, Key, NewKey, Node, RemoteFile, Which, WhichOfMany
from pagemill.faces.client.waiting import Deadline, looks


class Client:
    """Speaks to one service. `AsyncClient` has the same methods, to be awaited.

    `url` and `api_key` come from `PAGEMILL_URL` and `PAGEMILL_API_KEY` if they are not given, and the address is
    http://127.0.0.1:8000 if nobody names one. Busy answers and broken lines are tried again for `patience_seconds`, where
    that can do no harm. Every method raises `ClientError`. Use it in a `with` block, or close it; threads may share it.
    Nodes, figures and keys need a key with the scope `admin`.
    """

    def __init__(self, url: str = "", api_key: str | None = None, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._transport = Transport(Service(url, api_key, patience_seconds))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes its connections. Tasks go on."""
        self._transport.close()

    def submit(
        self,
        file: File | None = None,
        *,
        file_name: str = "",
        file_id: str = "",
        options: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        priority: str = "",
        idempotency_key: str = "",
    ) -> Task:
        """Submits a file: a path, its bytes, an open binary file, or by `file_id` one that was uploaded before.

        `options` are those of docs/options.md; `metadata` is any JSON object, echoed. When this returns, the task is on
        disk and will end. Two submissions with the same `idempotency_key` (kept for a day) give one task; without a key of
        yours each call has its own, so that it can be repeated when the line breaks. Raises `OSError`, too, and `TypeError`.
        """
        call = calls.submission(
            file,
            file_name=file_name,
            file_id=file_id,
            wish=calls.wish(options, metadata, priority),
            idempotency_key=idempotency_key or uuid4().hex,
        )
        record = self._transport.send(call)
        return Task(self._transport, record.id, record)

    def task(self, task_id: str) -> Task:
        """Takes up a task by its id without asking the service: to wait for it after a restart, say."""
        return Task(self._transport, task_id)

    def get(self, task_id: str) -> Task:
        """The task as it stands now. Raises `Refused` (`not_found`)."""
        return self.task(task_id).refresh()

    def tasks(self, **which: Unpack[Which]) -> Iterator[Task]:
        """All tasks that fit, newest first, fetched a page at a time: see `Which`."""
        pages = self._pages(lambda cursor: calls.list_tasks(which, cursor))
        return (Task(self._transport, record.id, record) for record in pages)

    def as_completed(self, tasks: Iterable[Task], timeout_seconds: float | None = None) -> Iterator[Task]:
        """The tasks in the order in which they end, each within seconds of its end. Raises `Timeout`."""
        deadline = Deadline(timeout_seconds)
        for task, wait_seconds in looks(tasks):
            if not task.ended:
                with deadline.kept(task):
                    task.refresh(deadline.poll_seconds(wait_seconds), deadline.left_seconds)
            if task.ended:
                yield task

    def bulk_cancel(
        self, *, everything: bool = False, dry_run: bool = False, **which: Unpack[WhichOfMany]
    ) -> BulkCount:
        """Cancels all tasks that fit and have not ended; with `dry_run` it only counts. `everything` stands for no filter."""
        return self._transport.send(calls.act_on_many("cancel", which, everything=everything, dry_run=dry_run))

    def bulk_retry(self, *, everything: bool = False, dry_run: bool = False, **which: Unpack[WhichOfMany]) -> BulkCount:
        """Runs all tasks again that fit and failed, were cancelled or are partial; the rest as `bulk_cancel`."""
        return self._transport.send(calls.act_on_many("retry", which, everything=everything, dry_run=dry_run))

    def bulk_delete(
        self, *, everything: bool = False, dry_run: bool = False, **which: Unpack[WhichOfMany]
    ) -> BulkCount:
        """Removes all tasks that fit with everything they have; the rest as `bulk_cancel`."""
        return self._transport.send(calls.act_on_many("delete", which, everything=everything, dry_run=dry_run))

    def upload(self, file: File, file_name: str = "", *, expires_in: int | None = None) -> RemoteFile:
        """Stores a file to be submitted many times by its id, for `expires_in` seconds, or until it is deleted.

        Raises `OSError`, too, and `TypeError` for content without a name.
        """
        return self._transport.send(calls.upload(upload_of(file, file_name), expires_in))

    def files(self) -> Iterator[RemoteFile]:
        """All stored files, newest first, fetched a page at a time."""
        return self._pages(calls.list_files)

    def file(self, file_id: str) -> RemoteFile:
        """What the service knows of a stored file."""
        return self._transport.send(calls.file(file_id))

    def delete_file(self, file_id: str) -> None:
        """Removes a stored file; tasks that were made from it keep their own copy."""
        self._transport.send(calls.delete_file(file_id))

    def nodes(self) -> list[Node]:
        """The machines that work, or did within the last week."""
        return self._transport.send(calls.nodes())

    def drain(self, node_id: int, *, drain: bool = True) -> Node:
        """Lets a node finish what it has and take nothing new; with `drain=False` it works again."""
        return self._transport.send(calls.drain(node_id, drain=drain))

    def stats(self, tenant: str = "") -> dict[str, Any]:
        """How much waits and runs, and how tasks ended in the last minute, hour and day: as the API's JSON."""
        return self._transport.send(calls.stats(tenant))

    def failures(self, since: datetime | None = None, tenant: str = "") -> list[FailureGroup]:
        """Failures by code, the most frequent first; without `since`, those of the last day."""
        return self._transport.send(calls.failures(since, tenant))

    def keys(self) -> Iterator[Key]:
        """The API keys without their secrets, newest first, revoked ones too."""
        return self._pages(calls.list_keys)

    def create_key(
        self,
        name: str = "",
        tenant: str = "",
        scopes: Sequence[str] = ("read", "write"),
        *,
        expires_in: int | None = None,
    ) -> NewKey:
        """Makes an API key for a tenant (without one: your own). Its secret is in this answer and nowhere else."""
        return self._transport.send(calls.create_key(name, tenant, scopes, expires_in))

    def revoke_key(self, key_id: str) -> None:
        """Shuts a key out for good."""
        self._transport.send(calls.revoke_key(key_id))

    def _pages(self, call: Callable[[str], Call[Page[Kind]]]) -> Iterator[Kind]:
        cursor: str | None = ""
        while cursor is not None:
            page = self._transport.send(call(cursor))
            yield from page.found
            cursor = page.next_cursor
