"""The client, for those who wait for each answer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, Unpack
from uuid import uuid4

from pagemill.faces.client import calls
from pagemill.faces.client.requests import File, upload_of
from pagemill.faces.client.service import PATIENCE_SECONDS, Service
from pagemill.faces.client.task import Task
from pagemill.faces.client.transport import Transport
from pagemill.faces.client.values import FailureGroup, Key, NewKey, Node, RemoteFile, TaskRecord, Which
from pagemill.faces.client.waiting import Deadline, looks


class Client:
    """Speaks to one service. `AsyncClient` has the same methods, to be awaited.

    `url` and `api_key` come from `PAGEMILL_URL` and `PAGEMILL_API_KEY` if they are not given, and the address is
    http://127.0.0.1:8000 if nobody names one. Busy answers and broken lines are tried again for `patience_seconds`, where
    that can do no harm. Every method raises `ClientError`. Use it in a `with` block, or close it; threads may share it.
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
        return self._task(self._transport.send(call))

    def task(self, task_id: str) -> Task:
        """Takes up a task by its id without asking the service: to wait for it after a restart, say."""
        return Task(self._transport, task_id)

    def get(self, task_id: str) -> Task:
        """The task as it stands now. Raises `Refused` (`not_found`)."""
        return self.task(task_id).refresh()

    def tasks(self, **which: Unpack[Which]) -> Iterator[Task]:
        """All tasks that fit, newest first, fetched a page at a time: `status`, `query`, `created_after`."""
        cursor: str | None = ""
        while cursor is not None:
            page = self._transport.send(calls.list_tasks(which, cursor))
            yield from map(self._task, page.tasks)
            cursor = page.next_cursor

    def as_completed(self, tasks: Iterable[Task], timeout_seconds: float | None = None) -> Iterator[Task]:
        """The tasks in the order in which they end, each within seconds of its end. Raises `Timeout`."""
        deadline = Deadline(timeout_seconds)
        for task, wait_seconds in looks(tasks):
            if not task.ended:
                with deadline.kept(task):
                    task.refresh(deadline.poll_seconds(wait_seconds), deadline.left_seconds)
            if task.ended:
                yield task

    def bulk_cancel(self, *, dry_run: bool = False, **which: Unpack[Which]) -> int:
        """Cancels all tasks that fit, and says how many; with `dry_run` it only counts."""
        return self._transport.send(calls.act_on_many("cancel", which, dry_run=dry_run))

    def bulk_retry(self, *, dry_run: bool = False, **which: Unpack[Which]) -> int:
        """Runs all tasks that fit again, and says how many; with `dry_run` it only counts."""
        return self._transport.send(calls.act_on_many("retry", which, dry_run=dry_run))

    def bulk_delete(self, *, dry_run: bool = False, **which: Unpack[Which]) -> int:
        """Deletes all tasks that fit, and says how many; with `dry_run` it only counts."""
        return self._transport.send(calls.act_on_many("delete", which, dry_run=dry_run))

    def upload(self, file: File, file_name: str = "") -> RemoteFile:
        """Stores a file to be submitted several times, by its id. Raises `OSError`, too, and `TypeError`."""
        return self._transport.send(calls.upload(upload_of(file, file_name)))

    def file(self, file_id: str) -> RemoteFile:
        """What the service knows of a stored file."""
        return self._transport.send(calls.file(file_id))

    def delete_file(self, file_id: str) -> None:
        """Removes a stored file; tasks that were made from it keep what they have."""
        self._transport.send(calls.delete_file(file_id))

    def nodes(self) -> list[Node]:
        """The machines that work."""
        return self._transport.send(calls.nodes())

    def drain(self, node_id: int, *, drain: bool = True) -> None:
        """Lets a node finish what it has and take nothing new; with `drain=False` it works again."""
        self._transport.send(calls.drain(node_id, drain=drain))

    def stats(self) -> dict[str, Any]:
        """How much waits, runs and has ended."""
        return self._transport.send(calls.stats())

    def failures(self) -> list[FailureGroup]:
        """Failed tasks, grouped by code."""
        return self._transport.send(calls.failures())

    def keys(self) -> list[Key]:
        """The API keys, without their secrets."""
        return self._transport.send(calls.keys())

    def create_key(self, name: str, tenant: str = "default", scopes: Sequence[str] = ()) -> NewKey:
        """Makes an API key; its secret is in this answer and nowhere else."""
        return self._transport.send(calls.create_key(name, tenant, scopes))

    def revoke_key(self, key_id: str) -> None:
        """Ends an API key."""
        self._transport.send(calls.revoke_key(key_id))

    def _task(self, record: TaskRecord) -> Task:
        return Task(self._transport, record.id, record)
