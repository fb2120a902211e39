"""The durable yes: a received file and what its sender wants become one task."""

import hashlib
import secrets
from typing import Any

import anyio
import anyio.to_thread
import msgspec

from pagemill.blobs.keys import secret_key
from pagemill.blobs.port import Blobs
from pagemill.domain.cost import Pace
from pagemill.domain.errors import PagemillError, RequestError, TransientError
from pagemill.domain.limits import Limits
from pagemill.domain.options import Options, parse_options, without_password
from pagemill.domain.task import Task, TaskSpec
from pagemill.intake.upload import ReceivedFile
from pagemill.store.queue import Queue, Repeat, Submission
from pagemill.store.views import TaskView, Views

METADATA_BYTES = 16 * 1024


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a sender wants done with a file: checked options (password included) and metadata to echo."""

    options: Options = Options()
    metadata: dict[str, Any] = msgspec.field(default_factory=dict)


class Accepted(msgspec.Struct, frozen=True):
    """A task on disk; `replayed` says that an earlier request with the same idempotency key had brought it there."""

    view: TaskView
    replayed: bool


def read_wish(options: dict[str, Any], metadata: dict[str, Any], priority: str | None = None) -> Wish:
    """The wish that these JSON values express; `priority` may stand beside the options or in them.

    Raises `InvalidOptions`, and `RequestError` for more than 16 KB of metadata.
    """
    if priority is not None:
        if options.get("priority", priority) != priority:
            raise RequestError("`priority` and `options.priority` say different things", hint="Give one of them.")
        options = {**options, "priority": priority}
    size = len(msgspec.json.encode(metadata))
    if size > METADATA_BYTES:
        raise RequestError(f"the metadata has {size} bytes as JSON, and {METADATA_BYTES} is the most")
    return Wish(options=parse_options(options), metadata=metadata)


def fingerprint(sha256: str, file_name: str, wish: Wish) -> str:
    """What a request asks for, as a digest: the file, its name, the options that are not at their defaults, the metadata.

    Not the password: a digest of one that is short would give it away.
    """
    options = msgspec.to_builtins(without_password(wish.options))
    defaults = msgspec.to_builtins(Options())
    chosen = {name: value for name, value in options.items() if value != defaults[name]}
    asked = msgspec.json.encode((sha256, file_name, chosen, wish.metadata), order="deterministic")
    return hashlib.sha256(asked).hexdigest()


class Submitter:
    """Accepts tasks and begins their new revisions. Passwords go into blobs of their own, never into rows."""

    def __init__(self, queue: Queue, views: Views, blobs: Blobs, limits: Limits) -> None:
        self._queue = queue
        self._views = views
        self._blobs = blobs
        self._limits = limits

    async def submit(self, tenant: str, received: ReceivedFile, wish: Wish, idempotency_key: str = "") -> Accepted:
        """The task, once its row and its plan job are on disk. On an error nothing is left of the file.

        A repeated request is answered with the task that it became before, and nothing is left of its file either; one with
        the key of another request raises `RequestError` (`idempotency_conflict`). When the store broke in the middle, nobody knows whether the row is there: then the file stays, and is swept after two
        days if there is none. Raises `StoreFull`, `TransientError`, and `RequestError` for an upload that took over a day.
        """
        repeat = None
        if idempotency_key:
            repeat = Repeat(idempotency_key, fingerprint(received.sha256, received.file_name, wish))
        try:
            spec = await self._spec(received, wish)
            task = await self._commit(Submission(tenant, spec, received.begun_at, repeat))
        except TransientError:
            raise
        except PagemillError:
            await self._discard(received)
            raise
        if task.id == spec.task_id:
            return Accepted(TaskView(task, spec), replayed=False)
        await self._discard(received)
        return Accepted(await self._views.task(task.id), replayed=True)

    async def _discard(self, received: ReceivedFile) -> None:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(self._blobs.delete, [f"{received.owner_id}/"])

    async def rerun(self, old: TaskSpec, options: Options | None) -> Task:
        """The task in its new revision, with these options (password included) or, for None, as it was.

        The old password is gone when a task ends: an encrypted file needs it again. Raises `TaskNotFound`.
        """
        wanted = self._bounded(old.options if options is None else options)
        secret = await self._keep_secret(old.task_id, wanted.password)
        spec = msgspec.structs.replace(old, options=without_password(wanted), secret_key=secret)
        try:
            task = await self._queue.rerun(spec, options is not None, Pace())
        except PagemillError:
            await anyio.to_thread.run_sync(self._blobs.delete, [secret] if secret else [])
            raise
        return task

    async def _spec(self, received: ReceivedFile, wish: Wish) -> TaskSpec:
        return TaskSpec(
            task_id=received.owner_id,
            revision=1,
            options=self._bounded(without_password(wish.options)),
            file_name=received.file_name,
            media_type=received.media_type,
            input_key=received.input_key,
            input_bytes=received.size_bytes,
            input_sha256=received.sha256,
            secret_key=await self._keep_secret(received.owner_id, wish.options.password),
            metadata=wish.metadata,
        )

    def _bounded(self, options: Options) -> Options:
        """The options with no later deadline than this service allows."""
        seconds = min(options.deadline_seconds, self._limits.max_task_seconds)
        return msgspec.structs.replace(options, deadline_seconds=seconds)

    async def _keep_secret(self, task_id: str, password: str) -> str:
        """Each secret has a key of its own: the garbage of an earlier one is deleted again a day later."""
        if not password:
            return ""
        key = f"{secret_key(task_id)}-{secrets.token_hex(8)}"
        await anyio.to_thread.run_sync(self._blobs.put, key, password.encode())
        return key

    async def _commit(self, submission: Submission) -> Task:
        # A commit that was asked for may happen even if its asker goes away, so nobody goes away.
        with anyio.CancelScope(shield=True):
            (task,) = await self._queue.submit([submission])
        return task
