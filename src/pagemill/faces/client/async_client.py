"""The client for asyncio, with every method to be awaited. Step for step what client.py does."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self, Unpack
from uuid import uuid4

from pagemill.faces.client import calls
from pagemill.faces.client.answers import Kind, Page
from pagemill.faces.client.async_task import AsyncTask
from pagemill.faces.client.async_transport import AsyncTransport
from pagemill.faces.client.requests import Call, File, upload_of
from pagemill.faces.client.service import PATIENCE_SECONDS, Service
from pagemill.faces.client.values import BulkCount, FailureGroup, Key, NewKey, Node, RemoteFile, Which, WhichOfMany
from pagemill.faces.client.waiting import Deadline, looks


class AsyncClient:
    """A `Client` for `await`: the same arguments and methods, in an `async with` block, for one event loop.

    `tasks`, `files`, `keys` and `as_completed` are for `async for`; `task` asks nobody and is not awaited.
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
        record = await self._transport.send(call)
        return AsyncTask(self._transport, record.id, record)

    def task(self, task_id: str) -> AsyncTask:
        """Takes up a task by its id without asking the service: to wait for it after a restart, say."""
        return AsyncTask(self._transport, task_id)

    async def get(self, task_id: str) -> AsyncTask:
        """The task as it stands now. Raises `Refused` (`not_found`)."""
        return await self.task(task_id).refresh()

    def tasks(self, **which: Unpack[Which]) -> AsyncIterator[AsyncTask]:
        """All tasks that fit, newest first, fetched a page at a time: see `Which`."""
        pages = self._pages(lambda cursor: calls.list_tasks(which, cursor))
        return (AsyncTask(self._transport, record.id, record) async for record in pages)

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

    async def bulk_cancel(
        self, *, everything: bool = False, dry_run: bool = False, **which: Unpack[WhichOfMany]
    ) -> BulkCount:
        """Cancels all tasks that fit and have not ended; with `dry_run` it only counts. `everything` stands for no filter."""
        return await self._transport.send(calls.act_on_many("cancel", which, everything=everything, dry_run=dry_run))

    async def bulk_retry(
        self, *, everything: bool = False, dry_run: bool = False, **which: Unpack[WhichOfMany]
    ) -> BulkCount:
        """Runs all tasks again that fit and failed, were cancelled or are partial; the rest as `bulk_cancel`."""
        return await self._transport.send(calls.act_on_many("retry", which, everything=everything, dry_run=dry_run))

    async def bulk_delete(
        self, *, everything: bool = False, dry_run: bool = False, **which: Unpack[WhichOfMany]
    ) -> BulkCount:
        """Removes all tasks that fit with everything they have; the rest as `bulk_cancel`."""
        return await self._transport.send(calls.act_on_many("delete", which, everything=everything, dry_run=dry_run))

    async def upload(self, file: File, file_name: str = "", *, expires_in: int | None = None) -> RemoteFile:
        """Stores a file to be submitted many times by its id, for `expires_in` seconds, or until it is deleted.

        Raises `OSError`, too, and `TypeError` for content without a name.
        """
        return await self._transport.send(calls.upload(upload_of(file, file_name), expires_in))

    def files(self) -> AsyncIterator[RemoteFile]:
        """All stored files, newest first, fetched a page at a time."""
        return self._pages(calls.list_files)

    async def file(self, file_id: str) -> RemoteFile:
        """What the service knows of a stored file."""
        return await self._transport.send(calls.file(file_id))

    async def delete_file(self, file_id: str) -> None:
        """Removes a stored file; tasks that were made from it keep their own copy."""
        await self._transport.send(calls.delete_file(file_id))

    async def nodes(self) -> list[Node]:
        """The machines that work, or did within the last week."""
        return await self._transport.send(calls.nodes())

    async def drain(self, node_id: int, *, drain: bool = True) -> Node:
        """Lets a node finish what it has and take nothing new; with `drain=False` it works again."""
        return await self._transport.send(calls.drain(node_id, drain=drain))

    async def stats(self, tenant: str = "") -> dict[str, Any]:
        """How much waits and runs, and how tasks ended in the last minute, hour and day: as the API's JSON."""
        return await self._transport.send(calls.stats(tenant))

    async def failures(self, since: datetime | None = None, tenant: str = "") -> list[FailureGroup]:
        """Failures by code, the most frequent first; without `since`, those of the last day."""
        return await self._transport.send(calls.failures(since, tenant))

    def keys(self) -> AsyncIterator[Key]:
        """The API keys without their secrets, newest first, revoked ones too."""
        return self._pages(calls.list_keys)

    async def create_key(
        self,
        name: str = "",
        tenant: str = "",
        scopes: Sequence[str] = ("read", "write"),
        *,
        expires_in: int | None = None,
    ) -> NewKey:
        """Makes an API key for a tenant (without one: your own). Its secret is in this answer and nowhere else."""
        return await self._transport.send(calls.create_key(name, tenant, scopes, expires_in))

    async def revoke_key(self, key_id: str) -> None:
        """Shuts a key out for good."""
        await self._transport.send(calls.revoke_key(key_id))

    async def _pages(self, call: Callable[[str], Call[Page[Kind]]]) -> AsyncIterator[Kind]:
        cursor: str | None = ""
        while cursor is not None:
            page = await self._transport.send(call(cursor))
            for found in page.found:
                yield found
            cursor = page.next_cursor
