"""Files that are uploaded once and used many times: kept, and copied for each task that uses them."""

import anyio
import anyio.to_thread

from pagemill.base.clock import Clock
from pagemill.blobs.keys import input_key
from pagemill.blobs.port import BlobMissing, Blobs
from pagemill.domain.errors import NotFound, PagemillError, TransientError
from pagemill.domain.task import TASK_PREFIX
from pagemill.intake.names import new_id
from pagemill.intake.upload import ReceivedFile
from pagemill.store.files import Files, NewFile, StoredFile


class Shelf:
    """The files of all tenants. A task gets bytes of its own, so deleting a file never hurts one."""

    def __init__(self, files: Files, blobs: Blobs, clock: Clock) -> None:
        self._files = files
        self._blobs = blobs
        self._clock = clock

    async def keep(self, tenant: str, received: ReceivedFile, expires_in: float | None) -> StoredFile:
        """The file, once its row is on disk. On an error nothing is left of it; after `TransientError` the sweep sees to that.

        Raises `StoreFull`, `TransientError`, and `RequestError` for an upload that took over a day.
        """
        new = NewFile(
            id=received.owner_id,
            tenant=tenant,
            file_name=received.file_name,
            media_type=received.media_type,
            blob_key=received.input_key,
            size_bytes=received.size_bytes,
            sha256=received.sha256,
            begun_at=received.begun_at,
            expires_in=expires_in,
        )
        try:
            return await self._add(new)
        except TransientError:
            raise
        except PagemillError:
            await anyio.to_thread.run_sync(self._blobs.delete, [f"{new.id}/"])
            raise

    async def _add(self, new: NewFile) -> StoredFile:
        # A commit that was asked for may happen even if its asker goes away, so nobody goes away.
        with anyio.CancelScope(shield=True):
            file = await self._files.add(new)
        return file  # noqa: RET504 - for mypy, a cancel scope may swallow what is raised in it

    async def owned(self, tenant: str, file_id: str) -> StoredFile:
        """The file, if it is this tenant's. Raises `NotFound`, also for other tenants' files."""
        file = await self._files.file(file_id)
        if file.tenant != tenant:
            raise NotFound(f"There is no file {file_id}")
        return file

    async def copy_for_task(self, tenant: str, file_id: str, file_name: str) -> ReceivedFile:
        """The file as if it had been sent for a task of its own, under `file_name` if one is given. Raises `NotFound`."""
        file = await self.owned(tenant, file_id)
        begun_at = self._clock.wall_seconds()
        task_id = new_id(TASK_PREFIX, begun_at)
        received = ReceivedFile(
            owner_id=task_id,
            begun_at=begun_at,
            file_name=file.file_name,
            media_type=file.media_type,
            input_key=input_key(task_id),
            size_bytes=file.size_bytes,
            sha256=file.sha256,
        )
        try:
            await anyio.to_thread.run_sync(self._blobs.copy, file.blob_key, received.input_key)
        except BlobMissing:
            raise NotFound(f"The file {file_id} was deleted a moment ago") from None
        return received.renamed(file_name) if file_name else received
