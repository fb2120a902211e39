"""Bytes on their way to a blob: counted, hashed and sniffed as they pass, never held whole."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from typing import BinaryIO, Self

import anyio
import anyio.to_thread
import msgspec

from pagemill.base.clock import Clock
from pagemill.blobs.keys import input_key
from pagemill.blobs.port import Blobs
from pagemill.domain.errors import FileTooLarge, PagemillError, RequestError
from pagemill.domain.task import TASK_PREFIX, submission_key
from pagemill.intake.names import display_name, new_id
from pagemill.intake.sniff import HEAD_BYTES, sniff

BUFFER_BYTES = 1024 * 1024


class ReceivedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is durably in its blob, and all that was learnt on the way. `begun_at`: epoch seconds.

    `owner_id` is the id of the task, or of the file to use many times, that it is to become.
    """

    owner_id: str
    begun_at: float
    file_name: str
    media_type: str
    input_key: str
    size_bytes: int
    sha256: str

    def renamed(self, file_name: str) -> Self:
        """The same file under the name that its sender gives it after all; what it is stays decided."""
        return msgspec.structs.replace(self, file_name=display_name(file_name))


class Upload:
    """One file that comes in piece by piece. It is written in threads, 1 MB at a time, and holds no more than that."""

    def __init__(self, blobs: Blobs, clock: Clock, max_bytes: int, prefix: str = TASK_PREFIX) -> None:
        self.begun_at = clock.wall_seconds()
        self.owner_id = new_id(prefix, self.begun_at)
        self._blobs = blobs
        self._max_bytes = max_bytes
        self._key = input_key(self.owner_id)
        self._file_name = ""
        self._media_type = ""
        self._writing: AbstractContextManager[BinaryIO] | None = None
        self._file: BinaryIO | None = None
        self._buffer = bytearray()
        self._head = b""
        self._size_bytes = 0
        self._sha256 = hashlib.sha256()

    @property
    def begun(self) -> bool:
        """Whether a file has been opened."""
        return self._file is not None

    async def open(self, file_name: str) -> None:
        """Begins the file; `file_name` is what the sender calls it. Raises `RequestError` for a second file."""
        if self._file is not None:
            raise RequestError(
                "one file is expected, and a second one came", hint="Send each file in a request of its own."
            )
        self._file_name = display_name(file_name)
        self._writing = self._blobs.write(self._key)
        self._file = await anyio.to_thread.run_sync(self._writing.__enter__)

    async def write(self, content: bytes) -> None:
        """Takes the next piece. Raises `FileTooLarge`, and `UnsupportedFile` as soon as the head tells."""
        self._size_bytes += len(content)
        if self._size_bytes > self._max_bytes:
            raise too_large(self._file_name, self._max_bytes)
        self._buffer += content
        if not self._media_type and len(self._buffer) >= HEAD_BYTES:
            await self._look()
        if len(self._buffer) >= BUFFER_BYTES:
            await self._flush()

    async def finish(self) -> ReceivedFile:
        """The file, complete and durable. Raises `RequestError` if none came, or it is empty or of no known kind."""
        if self._file is None or self._writing is None:
            raise RequestError("no file came with the request", hint="Send it as the part `file`.")
        if not self._media_type:
            await self._look()
        await self._flush()
        writing, self._writing = self._writing, None
        await anyio.to_thread.run_sync(writing.__exit__, None, None, None)
        return ReceivedFile(
            owner_id=self.owner_id,
            begun_at=self.begun_at,
            file_name=self._file_name,
            media_type=self._media_type,
            input_key=self._key,
            size_bytes=self._size_bytes,
            sha256=self._sha256.hexdigest(),
        )

    async def abandon(self, cause: BaseException) -> None:
        """Leaves nothing behind."""
        if self._writing is not None:
            writing, self._writing = self._writing, None
            await anyio.to_thread.run_sync(writing.__exit__, type(cause), cause, cause.__traceback__)
        elif self._file is not None:
            await anyio.to_thread.run_sync(self._blobs.delete, [submission_key(self.owner_id)])

    async def _look(self) -> None:
        head = bytes(self._buffer[:HEAD_BYTES])
        self._media_type = await anyio.to_thread.run_sync(sniff, head, self._file_name)

    async def _flush(self) -> None:
        if self._buffer:
            pending, self._buffer = self._buffer, bytearray()
            await anyio.to_thread.run_sync(self._store, pending)

    def _store(self, pending: bytearray) -> None:
        if self._file is None:
            raise RuntimeError("written before it was opened")
        self._sha256.update(pending)
        self._file.write(pending)


@asynccontextmanager
async def receiving(blobs: Blobs, clock: Clock, max_bytes: int, prefix: str = TASK_PREFIX) -> AsyncIterator[Upload]:
    """An upload, for an id with this `prefix`, that leaves nothing behind if the block raises."""
    upload = Upload(blobs, clock, max_bytes, prefix)
    try:
        yield upload
    except BaseException as cause:
        with anyio.CancelScope(shield=True):
            await upload.abandon(cause)
        raise


def too_large(file_name: str, max_bytes: int) -> PagemillError:
    """What a file over the limit is told."""
    return FileTooLarge(f"{file_name or 'the file'} is larger than {max_bytes // (1024 * 1024)} MB")
