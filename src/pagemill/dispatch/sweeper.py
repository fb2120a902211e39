"""Blobs without a row: what a submission or an upload left behind that died before its commit."""

import asyncio
from collections.abc import Sequence

from pagemill.blobs.garbage import STRAY_AFTER_SECONDS, sweep
from pagemill.blobs.port import Blobs
from pagemill.domain.errors import TaskNotFound
from pagemill.domain.task import TASK_PREFIX
from pagemill.store.files import Files
from pagemill.store.views import Views


class Sweeper:
    """Removes what is older than 48 h and belongs to no task or file; what was begun over 24 h ago is refused its row."""

    def __init__(self, views: Views, files: Files, blobs: Blobs) -> None:
        self._views = views
        self._files = files
        self._blobs = blobs

    async def pass_once(self, stray_after_seconds: float = STRAY_AFTER_SECONDS) -> int:
        """Looks at every blob once, in a thread; returns of how many unknown tasks and files the blobs were removed.

        Only where no submission can be under way may `stray_after_seconds` be less than it is by default.
        """
        loop = asyncio.get_running_loop()

        def known(ids: Sequence[str]) -> set[str]:
            return asyncio.run_coroutine_threadsafe(self._known(ids), loop).result()

        return await asyncio.to_thread(sweep, self._blobs, known, await self._views.now(), stray_after_seconds)

    async def _known(self, ids: Sequence[str]) -> set[str]:
        tasks = {owner for owner in ids if owner.startswith(TASK_PREFIX) and await self._has_row(owner)}
        return tasks.union(await self._files.known(ids))

    async def _has_row(self, task_id: str) -> bool:
        try:
            await self._views.task(task_id)
        except TaskNotFound:
            return False
        return True
