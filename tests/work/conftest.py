"""What the tests of work stand on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from pagemill.blobs.folder import FolderBlobs
from pagemill.domain.task import Pool
from pagemill.work.local.executor import LocalExecutor
from pagemill.work.local.pool import PoolSettings
from tests.work.workshop import Workshop


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def workshop(tmp_path: Path):
    """Opens a workshop with so many children in each pool; other settings are those of the text pool."""

    @asynccontextmanager
    async def opened(*, text: int = 1, model: int = 0, **settings: Any) -> AsyncIterator[Workshop]:
        pools = {Pool.TEXT: PoolSettings(slots=text, **settings), Pool.MODEL: PoolSettings(slots=model, niceness=5)}
        executor = LocalExecutor(FolderBlobs(tmp_path / "blobs"), pools, work="tests.work.misbehaving:run")
        await executor.start()
        try:
            yield Workshop(executor)
        finally:
            await executor.stop()

    return opened
