"""The client for asyncio, with every method to be awaited. Step for step what client.py does."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, Unpack
from uuid import uuid4

from pagemill.faces.client import calls
from pagemill.faces.client.async_task import AsyncTask
from pagemill.faces.client.async_transport import AsyncTransport
from pagemill.faces.client.requests import File, upload_of
from pagemill.faces.client.service import PATIENCE_SECONDS, Service
from pagemill.faces.client.values import FailureGroup, Key, NewKey, Node, RemoteFile, TaskRecord, Which
from pagemill.faces.client.waiting import Deadline, looks


class AsyncClient:
    """A `Client` for `await`: the same arguments and methods, in an `async with` block, for one event loop.

    `tasks` and `as_completed` are for `async for`; `task` asks nobody and is not awaited.
    """

    def __init__(self, url: str = "", api_key: str | None = None, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._transport = AsyncTransport(Service(url, api_key, patience_seconds))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes its connections. Tasks go on."""
        await self._transport.close()

    async def submit(
        self,
        file: File | None = None,
        *,
        file_name: str = "",
        file_id: str = "",
        options: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        priority: str = "",
        idempotency_key: str = "",
    ) -> AsyncTask:
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
        return self._task(await self._transport.send(call))

    def task(self, task_id: str) -> AsyncTask:
        """Takes up a task by its id without asking the service: to wait for it after a restart, say."""
        return AsyncTask(self._transport, task_id)

    async def get(self, task_id: str) -> AsyncTask:
        """The task as it stands now. Raises `Refused` (`not_found`)."""
        return await self.task(task_id).refresh()

    async def tasks(self, **which: Unpack[Which]) -> AsyncIterator[AsyncTask]:
        """All tasks that fit, newest first, fetched a page at a time: `status`, `query`, `created_after`."""
        cursor: str | None = ""
        while cursor is not None:
            page = await self._transport.send(calls.list_tasks(which, cursor))
            for record in page.tasks:
                yield self._task(record)
            cursor = page.next_cursor

    async def as_completed(
        self, tasks: Iterable[AsyncTask], timeout_seconds: float | None = None
    ) -> AsyncIterator[AsyncTask]:
        """The tasks in the order in which they end, each within seconds of its end. Raises `Timeout`."""
        deadline = Deadline(timeout_seconds)
        for task, wait_seconds in looks(tasks):
            if not task.ended:
                with deadline.kept(task):
                    await task.refresh(deadline.poll_seconds(wait_seconds), deadline.left_seconds)
            if task.ended:
                yield task

    async def bulk_cancel(self, *, dry_run: bool = False, **which: Unpack[Which]) -> int:
        """Cancels all tasks that fit, and says how many; with `dry_run` it only counts."""
        return await self._transport.send(calls.act_on_many("cancel", which, dry_run=dry_run))

    async def bulk_retry(self, *, dry_run: bool = False, **which: Unpack[Which]) -> int:
        """Runs all tasks that fit again, and says how many; with `dry_run` it only counts."""
        return await self._transport.send(calls.act_on_many("retry", which, dry_run=dry_run))

    async def bulk_delete(self, *, dry_run: bool = False, **which: Unpack[Which]) -> int:
        """Deletes all tasks that fit, and says how many; with `dry_run` it only counts."""
        return await self._transport.send(calls.act_on_many("delete", which, dry_run=dry_run))

    async def upload(self, file: File, file_name: str = "") -> RemoteFile:
        """Stores a file to be submitted several times, by its id. Raises `OSError`, too, and `TypeError`."""
        return await self._transport.send(calls.upload(upload_of(file, file_name)))

    async def file(self, file_id: str) -> RemoteFile:
        """What the service knows of a stored file."""
        return await self._transport.send(calls.file(file_id))

    async def delete_file(self, file_id: str) -> None:
        """Removes a stored file; tasks that were made from it keep what they have."""
        await self._transport.send(calls.delete_file(file_id))

    async def nodes(self) -> list[Node]:
        """The machines that work."""
        return await self._transport.send(calls.nodes())

    async def drain(self, node_id: int, *, drain: bool = True) -> None:
        """Lets a node finish what it has and take nothing new; with `drain=False` it works again."""
        await self._transport.send(calls.drain(node_id, drain=drain))

    async def stats(self) -> dict[str, Any]:
        """How much waits, runs and has ended."""
        return await self._transport.send(calls.stats())

    async def failures(self) -> list[FailureGroup]:
        """Failed tasks, grouped by code."""
        return await self._transport.send(calls.failures())

    async def keys(self) -> list[Key]:
        """The API keys, without their secrets."""
        return await self._transport.send(calls.keys())

    async def create_key(self, name: str, tenant: str = "default", scopes: Sequence[str] = ()) -> NewKey:
        """Makes an API key; its secret is in this answer and nowhere else."""
        return await self._transport.send(calls.create_key(name, tenant, scopes))

    async def revoke_key(self, key_id: str) -> None:
        """Ends an API key."""
        await self._transport.send(calls.revoke_key(key_id))

    def _task(self, record: TaskRecord) -> AsyncTask:
        return AsyncTask(self._transport, record.id, record)
