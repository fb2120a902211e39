"""Server-sent events, on a real socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest

from pagemill.faces.http import events
from tests.faces.world import World, listening

pytestmark = pytest.mark.anyio
PATIENCE_SECONDS = 20


@asynccontextmanager
async def followed(world: World, path: str, **headers: str) -> AsyncIterator[AsyncIterator[dict[str, object]]]:
    """The events of a stream as they come."""
    async with opened_stream(world, path, **headers) as answer:
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        yield _events(answer)


@asynccontextmanager
async def opened_stream(world: World, path: str, **headers: str) -> AsyncIterator[httpx2.Response]:
    async with (
        listening(world) as (_, port),
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http,
        asyncio.timeout(PATIENCE_SECONDS),
        http.stream("GET", path, headers=headers) as answer,
    ):
        yield answer


async def _events(answer: httpx2.Response) -> AsyncIterator[dict[str, object]]:
    event: dict[str, object] = {}
    async for line in answer.aiter_lines():
        name, _, value = line.partition(": ")
        if not line and "data" in event:
            yield event
            event = {}
        elif name in ("id", "event", "data"):
            event[name] = json.loads(value) if name == "data" else value


async def test_a_task_is_followed_from_its_first_event_to_its_last_then_the_stream_ends(world: World):
    task = await world.submit()
    async with followed(world, f"/v1/tasks/{task['id']}/events") as stream:
        first = await anext(stream)
        assert first["data"]["task_id"] == task["id"]
        assert first["event"] == first["data"]["kind"]
        await world.finish()
        rest = [event async for event in stream]
    kinds = [first["event"], *(event["event"] for event in rest)]
    assert kinds[-1] == "succeeded"
    ids = [int(event["id"]) for event in (first, *rest)]
    assert ids == sorted(set(ids))


async def test_a_reader_that_comes_back_gets_what_it_missed_and_nothing_twice(world: World):
    task = await world.submit()
    await world.finish()
    address = f"/v1/tasks/{task['id']}/events"
    async with followed(world, address) as stream:
        everything = [event async for event in stream]
    assert len(everything) >= 2
    for back in (
        followed(world, address, **{"Last-Event-ID": everything[0]["id"]}),
        followed(world, f"{address}?after={everything[0]['id']}"),
    ):
        world.service.stopping.clear()
        async with back as stream:
            assert [event async for event in stream] == everything[1:]


async def test_the_feed_of_all_tasks_tells_of_each_as_it_happens(world: World):
    async with followed(world, "/v1/events") as stream:
        ids = {(await world.submit())["id"] for _ in range(2)}
        seen = {(await anext(stream))["data"]["task_id"] for _ in range(2)}
        assert seen == ids


async def test_a_quiet_stream_says_that_it_is_still_there(world: World, monkeypatch):
    monkeypatch.setattr(events, "HEARTBEAT_SECONDS", 0.0)
    monkeypatch.setattr(events, "POLL_SECONDS", 0.05)
    async with opened_stream(world, "/v1/events") as answer:
        async for line in answer.aiter_lines():
            if line == ": still here":
                break


async def test_open_streams_end_at_once_when_the_service_stops(world: World):
    task = await world.submit()
    for path in ("/v1/events", f"/v1/tasks/{task['id']}/events"):
        world.service.stopping.clear()
        async with followed(world, path) as stream:
            await anext(stream)
            world.service.stopping.set()
            assert [event async for event in stream] == []


async def test_the_stream_of_a_deleted_task_ends(world: World):
    task = await world.submit()
    async with followed(world, f"/v1/tasks/{task['id']}/events") as stream:
        await anext(stream)
        await world.http.delete(f"/v1/tasks/{task['id']}")
        assert len([event async for event in stream]) <= 2
    gone = await world.http.get(f"/v1/tasks/{task['id']}/events")
    assert (gone.status_code, gone.json()["code"]) == (404, "not_found")
