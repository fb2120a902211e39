"""The composition root: the only place that names an engine."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from pagemill.base.clock import SystemClock
from pagemill.blobs.folder import FolderBlobs
from pagemill.blobs.port import Blobs
from pagemill.config import Settings
from pagemill.dispatch.dispatcher import Dispatcher, WorkSettings
from pagemill.dispatch.node import Node
from pagemill.dispatch.pruner import Pruner
from pagemill.dispatch.rescuer import Rescuer
from pagemill.dispatch.sweeper import Sweeper
from pagemill.domain.limits import MEBIBYTE, Limits
from pagemill.domain.task import Pool
from pagemill.intake.keyring import KeyRing
from pagemill.intake.service import Service
from pagemill.store.api_keys import ApiKeys
from pagemill.store.files import Files
from pagemill.store.migrate import DatabaseDamaged, DatabaseState, SchemaTooNew
from pagemill.store.queue import Queue
from pagemill.store.sqlite.engine import SqliteStore
from pagemill.store.sqlite.folder_lock import FolderInUse, FolderLock, holder
from pagemill.store.sqlite.reader import Reader
from pagemill.store.sqlite.state import look, sqlite_version
from pagemill.store.sqlite.views import SqliteViews
from pagemill.store.views import Views
from pagemill.store.wakeup import Wakeups
from pagemill.work.local.executor import ATTEMPT, LocalExecutor
from pagemill.work.local.pool import PoolSettings
from pagemill.work.offline import Workplace

__all__ = [
    "CannotStart",
    "Store",
    "blobs_of",
    "database_path",
    "database_state",
    "folder_holder",
    "limits_of",
    "open_service",
    "open_store",
    "open_views",
    "open_workplace",
    "sqlite_version",
    "work_settings",
]

DATABASE_FILE = "pagemill.db"
BLOBS_FOLDER = "blobs"
LONGEST_CHECK_SECONDS = 60.0
"""A check of everything may hold a snapshot this long; the log of a service beside it grows meanwhile."""

MODEL_NICENESS = 5
"""Recognition takes what is left of the cores, so that short text jobs do not wait for it."""

TYPICAL_TEXT_BYTES = 256 * MEBIBYTE
RESTING_MODEL_BYTES = 800 * MEBIBYTE
TYPICAL_MODEL_BYTES = 1024 * MEBIBYTE


class CannotStart(Exception):
    """The service cannot run as configured; the message says why and what to do."""


def blobs_of(settings: Settings) -> FolderBlobs:
    """The blob store that the settings name."""
    return FolderBlobs(settings.data.absolute() / BLOBS_FOLDER)


def work_settings(settings: Settings) -> WorkSettings:
    """What jobs may use up."""
    return WorkSettings(
        page_seconds=settings.page_seconds,
        job_seconds=settings.job_seconds,
        memory_bytes={
            Pool.TEXT: settings.text_memory_mb * MEBIBYTE,
            Pool.MODEL: settings.model_memory_mb * MEBIBYTE,
        },
        limits=limits_of(settings),
    )


def limits_of(settings: Settings) -> Limits:
    """What a file may ask for."""
    return Limits(
        max_file_bytes=settings.max_file_mb * MEBIBYTE,
        max_pages=settings.max_pages,
        max_image_megapixels=settings.max_image_megapixels,
        max_unpacked_bytes=settings.max_unpacked_mb * MEBIBYTE,
        max_unpacked_ratio=settings.max_unpacked_ratio,
        max_nesting=settings.max_nesting,
        max_cells=settings.max_cells,
        max_result_bytes=settings.max_result_mb * MEBIBYTE,
        max_task_seconds=settings.max_task_seconds,
    )


@asynccontextmanager
async def open_service(
    settings: Settings, *, work: bool, drain_seconds: float, attempt: str = ATTEMPT
) -> AsyncIterator[Service]:
    """The running service for its faces, with a node if `work`. When the block ends, work is drained and given back.

    `attempt` names the function that children run. Raises `CannotStart`.
    """
    wakeups = Wakeups()
    async with _owned_store(settings, wakeups) as store:
        service = _service(settings, store, wakeups, work)
        _set_aside_what_stays()
        if not work:
            yield service
            return
        executor = _executor(settings, service.blobs, attempt)
        async with _working(service, executor, settings, drain_seconds):
            yield service


class Store(NamedTuple):
    """What a data folder holds, for a command that has it for itself."""

    queue: Queue
    views: Views
    files: Files
    keys: KeyRing
    stored_keys: ApiKeys
    blobs: Blobs


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[Store]:
    """The store of a data folder that no service works on, nor can while the block lasts. Raises `CannotStart`."""
    async with _owned_store(settings, Wakeups()) as store:
        reader = Reader(database_path(settings), SystemClock(), LONGEST_CHECK_SECONDS)
        try:
            yield Store(
                queue=store.queue,
                views=SqliteViews(reader),
                files=store.files,
                keys=KeyRing(store.api_keys, settings.api_keys, SystemClock()),
                stored_keys=store.api_keys,
                blobs=blobs_of(settings),
            )
        finally:
            await reader.stop()


@asynccontextmanager
async def _owned_store(settings: Settings, wakeups: Wakeups) -> AsyncIterator[SqliteStore]:
    """The store, its folder locked and its schema up to date. Raises `CannotStart`."""
    lock = FolderLock(settings.data)
    try:
        lock.acquire()
        store = SqliteStore(database_path(settings), SystemClock(), wakeups)
        await store.open()
    except (FolderInUse, SchemaTooNew, DatabaseDamaged, OSError) as problem:
        lock.release()
        raise CannotStart(_with_hint(problem)) from None
    try:
        yield store
    finally:
        await store.close()
        lock.release()


def _with_hint(problem: Exception) -> str:
    return f"{problem}. {problem.hint}" if isinstance(problem, SchemaTooNew) else str(problem)


@asynccontextmanager
async def open_workplace(settings: Settings, workers: int) -> AsyncIterator[tuple[Workplace, FolderBlobs]]:
    """Where `workers` children process files without a store; their blobs lie in a folder that goes with the block."""
    with TemporaryDirectory(prefix="pagemill-") as folder:
        blobs = FolderBlobs(Path(folder))
        executor = _executor(settings.model_copy(update={"text_slots": workers, "model_slots": workers}), blobs)
        await executor.start()
        try:
            work = work_settings(settings)
            yield Workplace(executor=executor, blobs=blobs, allowance=work.allowance, limits=work.limits), blobs
        finally:
            await executor.stop()


@asynccontextmanager
async def open_views(settings: Settings) -> AsyncIterator[tuple[Views, Blobs]]:
    """The data folder to look at only, also while a service works in it. Raises `CannotStart` if there is none of this schema."""
    path = database_path(settings)
    state = database_state(settings, count_rows=False)
    if state is None:
        raise CannotStart(f"there is no database at {path}; name the service's folder with --data")
    if state.version != state.newest:
        raise CannotStart(
            f"{path} has schema version {state.version}, and this program's is {state.newest}: see `pagemill db status`"
        )
    reader = Reader(path, SystemClock(), LONGEST_CHECK_SECONDS)
    try:
        yield SqliteViews(reader), blobs_of(settings)
    finally:
        await reader.stop()


def folder_holder(settings: Settings) -> str | None:
    """Which process works on the data folder; None for nobody."""
    return holder(settings.data)


def database_state(settings: Settings, *, count_rows: bool = True) -> DatabaseState | None:
    """The database in the data folder; None if there is none. Raises `CannotStart` if it cannot be read."""
    path = database_path(settings)
    if not path.is_file():
        return None
    try:
        return look(path, SystemClock(), count_rows=count_rows)
    except DatabaseDamaged as damage:
        raise CannotStart(str(damage)) from None


def database_path(settings: Settings) -> Path:
    """The SQLite file in the data folder."""
    return settings.data / DATABASE_FILE


def _service(settings: Settings, store: SqliteStore, wakeups: Wakeups, work: bool) -> Service:
    return Service(
        queue=store.queue,
        views=store.views,
        stored_keys=store.api_keys,
        files=store.files,
        blobs=blobs_of(settings),
        wakeups=wakeups,
        clock=SystemClock(),
        limits=limits_of(settings),
        max_queued=settings.max_queued,
        max_queued_per_tenant=settings.max_queued_per_tenant,
        slots=settings.text_slots + settings.model_slots,
        body_seconds=settings.body_seconds,
        expects_node=work,
        api_keys=settings.api_keys,
        public_url=settings.public_url,
    )


def _set_aside_what_stays() -> None:
    """Spares the collector what is there from the start: looking at it anew held up requests for up to 0.1 s."""
    gc.collect()
    gc.freeze()


def _executor(settings: Settings, blobs: Blobs, attempt: str = ATTEMPT) -> LocalExecutor:
    text = PoolSettings(slots=settings.text_slots, busy_bytes=TYPICAL_TEXT_BYTES)
    model = PoolSettings(
        slots=settings.model_slots,
        resting_bytes=RESTING_MODEL_BYTES,
        busy_bytes=TYPICAL_MODEL_BYTES,
        niceness=MODEL_NICENESS,
    )
    return LocalExecutor(blobs, {Pool.TEXT: text, Pool.MODEL: model}, work=attempt)


@asynccontextmanager
async def _working(
    service: Service, executor: LocalExecutor, settings: Settings, drain_seconds: float
) -> AsyncIterator[None]:
    dispatcher = Dispatcher(service.queue, service.views, executor, service.wakeups.work, work_settings(settings))
    node = Node(
        service.queue,
        dispatcher,
        Rescuer(service.queue, service.views),
        Pruner(service.queue, service.blobs),
        Sweeper(service.views, service.files, service.blobs),
        service.wakeups,
        service.clock,
        sole=True,
    )
    await executor.start()
    try:
        await node.start()
        yield
        await node.stop(drain_seconds)
    finally:
        await executor.stop()
