"""A dispatcher over a real store, with attempts that end when the test says so."""

from collections.abc import AsyncIterator

import pytest

from pagemill.dispatch.dispatcher import Dispatcher, WorkSettings
from pagemill.domain.load import NodeLoad
from pagemill.domain.task import Pool
from tests.dispatch.hand import HandExecutor
from tests.store.world import World, opened

IDLE_MACHINE = NodeLoad(memory_available_bytes=16 * 1024**3)
SETTINGS = WorkSettings(memory_bytes={Pool.TEXT: 1024**3, Pool.MODEL: 2 * 1024**3})


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def world(tmp_path, anyio_backend) -> AsyncIterator[World]:
    async with opened("sqlite", tmp_path) as world:
        yield world
        assert await world.violations() == []


@pytest.fixture
def executor() -> HandExecutor:
    return HandExecutor()


@pytest.fixture
def dispatcher(world: World, executor: HandExecutor) -> Dispatcher:
    return Dispatcher(world.queue, world.views, executor, world.wakeups.work, SETTINGS)
