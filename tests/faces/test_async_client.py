"""The asynchronous client does what the other one does, against the real service on a real socket."""

import asyncio
import inspect

import pytest

from pagemill.client import AsyncClient, AsyncTask, Client, Refused, Task, TaskFailed, Timeout, Unreachable
from tests.faces.test_client import DOCUMENT, WHOLE_RESULT
from tests.faces.world import RESULT, World, listening

pytestmark = [pytest.mark.anyio, pytest.mark.long]


@pytest.fixture
async def client(world: World):
    async with listening(world, grace_seconds=1) as (host, port), AsyncClient(f"http://{host}:{port}") as client:
        yield client


async def test_a_file_goes_in_and_every_form_comes_out(world: World, client: AsyncClient, tmp_path):
    file = tmp_path / "notes.md"
    file.write_bytes(b"# notes\n" * 100_000)
    task = await client.submit(file, options={"mode": "fast"})
    waiting = asyncio.create_task(task.wait(timeout_seconds=60))
    await world.finish(blobs=WHOLE_RESULT)
    assert (await waiting).status == "succeeded"
    assert await task.result() == DOCUMENT
    assert list(await task.chunks()) == list(DOCUMENT.chunks)
    assert (await task.markdown()).encode() == RESULT["document.md"]
    assert (await task.save(tmp_path / "a.html")).read_bytes() == RESULT["document.html"]
    assert (await task.input())[:8] == b"# notes\n"


async def test_lists_and_verbs(client: AsyncClient):
    tasks = [await client.submit(b"# a", file_name=f"{number}.md") for number in range(3)]
    assert [task.id async for task in client.tasks()] == [task.id for task in tasks][::-1]
    assert (await tasks[0].cancel()).status == "cancelled"
    assert (await tasks[0].retry()).status == "queued"
    assert (await client.bulk_cancel(everything=True)).changed == 3
    await tasks[0].delete()
    with pytest.raises(Refused):
        await client.get(tasks[0].id)


async def test_tasks_come_back_as_they_end_and_events_as_they_happen(world: World, client: AsyncClient):
    async def collect() -> list[str]:
        return [task.id async for task in client.as_completed(tasks, timeout_seconds=60)]

    tasks = [await client.submit(b"# a", file_name=f"{number}.md") for number in range(2)]
    collecting = asyncio.create_task(collect())
    first, second = await world.claim(), await world.claim()
    await world.finish(second)
    await world.finish(first)
    assert sorted(await collecting) == [task.id for task in tasks]
    assert [event.kind async for event in tasks[0].events()] == ["submitted", "started", "succeeded"]


async def test_what_goes_wrong_is_told_in_the_same_way(world: World, client: AsyncClient):
    task = await client.submit(b"# a", file_name="a.md")
    with pytest.raises(Timeout, match=task.id):
        await task.wait(timeout_seconds=0)
    await world.fail()
    with pytest.raises(TaskFailed, match=r"page tree is broken"):
        await task.markdown()
    async with AsyncClient("http://127.0.0.1:9", patience_seconds=0.1) as nowhere:
        with pytest.raises(Unreachable):
            await nowhere.get(task.id)


@pytest.mark.parametrize(("blocking", "awaited"), [(Client, AsyncClient), (Task, AsyncTask)])
async def test_both_have_the_same_methods_arguments_and_descriptions(blocking: type, awaited: type):
    assert _public(blocking) == _public(awaited)


def _public(kind: type) -> dict[str, tuple[list[str], str]]:
    methods = inspect.getmembers(kind, inspect.isfunction)
    return {
        name: (
            [str(part.replace(annotation="")) for part in inspect.signature(method).parameters.values()],
            method.__doc__,
        )
        for name, method in methods
        if not name.startswith("_")
    }
