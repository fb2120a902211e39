"""A test of a face asks for `world`: the real app over a real store."""

import pytest

from tests.faces.world import opened


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def world(tmp_path, anyio_backend):
    async with opened(tmp_path) as world:
        yield world
