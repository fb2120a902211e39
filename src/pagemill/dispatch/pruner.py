"""What is over is taken away: tasks past their deadline or expiry, old rows, and blobs that nobody can publish."""

import asyncio

from pagemill.blobs.port import Blobs
from pagemill.store.queue import Queue

PRUNE_LIMIT = 200
GARBAGE_LIMIT = 200


class Pruner:
    """Rows first, blobs after: a blob is deleted only once the store guarantees that nobody can publish it."""

    def __init__(self, queue: Queue, blobs: Blobs) -> None:
        self._queue = queue
        self._blobs = blobs

    async def pass_once(self) -> None:
        """Prunes rows and collects garbage until nothing is due."""
        while await self._queue.prune(PRUNE_LIMIT):
            pass
        while await self._collect():
            pass

    async def _collect(self) -> int:
        due = await self._queue.garbage(GARBAGE_LIMIT)
        prefixes = [entry.prefix for entry in due]
        if prefixes:
            await asyncio.to_thread(self._blobs.delete, prefixes)
            await self._queue.collected(prefixes)
        return len(prefixes)
