"""One conformance suite, every engine: a test asks for `world` and gets one for each."""

import pytest

from tests.store.world import ENGINES, World, opened


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=ENGINES)
async def world(request, tmp_path, anyio_backend):
    async with opened(request.param, tmp_path) as world:
        yield world
        assert await world.violations() == []


@pytest.fixture
async def node(world: World) -> int:
    """A node that has joined."""
    return await world.join("node-1")
