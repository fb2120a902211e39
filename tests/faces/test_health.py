"""Whether the service lives and can take work."""

import pytest

from pagemill.domain.errors import StoreFull
from pagemill.store.queue import Beat, NewNode
from tests.faces.world import World, opened

pytestmark = pytest.mark.anyio


async def test_a_process_that_answers_lives(world: World):
    assert (await world.http.get("/livez")).json() == {"status": "alive"}


async def test_the_version_says_what_runs(world: World):
    body = (await world.http.get("/version")).json()
    assert (body["name"], body["version"].count("."), body["pipeline"] >= 1) == ("pagemill", 2, True)


async def test_the_service_is_ready_once_a_node_beats(tmp_path):
    async with opened(tmp_path, expects_node=True) as world:
        early = await world.http.get("/readyz")
        assert (early.status_code, early.json()["code"]) == (503, "storage_unavailable")
        assert "node" in early.json()["detail"]
        assert int(early.headers["retry-after"]) >= 1
        owner = await world.service.queue.join(NewNode("boot", "host", sole=True))
        await world.service.queue.beat(Beat(owner, (), (), {}))
        ready = await world.http.get("/readyz")
        assert (ready.status_code, ready.json()["nodes"]) == (200, 1)
        assert world.files() == []


async def test_a_service_that_stops_is_not_ready(world: World):
    assert (await world.http.get("/readyz")).status_code == 200
    world.service.stopping.set()
    assert (await world.http.get("/readyz")).status_code == 503
    assert (await world.http.get("/livez")).status_code == 200


async def test_a_storage_that_cannot_be_written_is_not_ready(world: World):
    (world.folder / "blobs").write_bytes(b"a file where the folder should be")
    answer = await world.http.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    assert StoreFull().entry.status == 507
