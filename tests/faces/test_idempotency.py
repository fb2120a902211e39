"""A request with an idempotency key is one task, however often and however it is sent."""

import asyncio
import base64
from typing import Any

import pytest

from tests.faces.world import World, opened

pytestmark = pytest.mark.anyio
KEY = {"Idempotency-Key": '"8e03978e-40d5"'}
REPLAYED = "idempotent-replayed"


async def send(world: World, content: bytes = b"# a\n", name: str = "a.md", headers: Any = KEY, **fields: str) -> Any:
    return await world.http.post("/v1/tasks", files={"file": (name, content)}, data=fields, headers=headers)


async def task_count(world: World) -> int:
    return len((await world.http.get("/v1/tasks")).json()["tasks"])


async def test_a_repeat_is_the_same_task_and_leaves_nothing_of_its_upload(world: World):
    first, second = await send(world), await send(world)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json() == second.json()
    assert (REPLAYED in first.headers, second.headers.get(REPLAYED)) == (False, "true")
    assert second.headers["location"] == first.headers["location"]
    assert len(world.files()) == await task_count(world) == 1


async def test_the_same_file_in_another_form_is_the_same_request(world: World):
    first = (await send(world, metadata='{"a":1,"b":2}', priority="high")).json()
    body = {
        "source": {"base64": base64.b64encode(b"# a\n").decode()},
        "file_name": "a.md",
        "metadata": {"b": 2, "a": 1},
        "options": {"priority": "high"},
    }
    query = {"file_name": "a.md", "metadata": '{"a": 1, "b": 2}', "priority": "high"}
    file = (await world.http.post("/v1/files", files={"file": ("a.md", b"# a\n")})).json()
    for answer in (
        await world.http.post("/v1/tasks", json=body, headers=KEY),
        await world.http.put("/v1/tasks", content=b"# a\n", params=query, headers=KEY),
        await world.http.post("/v1/tasks", json=body | {"source": {"file_id": file["id"]}}, headers=KEY),
    ):
        assert answer.json()["id"] == first["id"], answer.text
    assert len(world.files()) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"content": b"# b\n"},
        {"name": "b.md"},
        {"options": '{"ocr":"never"}'},
        {"metadata": '{"a":1}'},
        {"priority": "low"},
    ],
)
async def test_another_request_with_the_same_key_is_a_conflict_and_leaves_nothing(world: World, change: Any):
    await send(world)
    answer = await send(world, **change)
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_conflict")
    assert len(world.files()) == await task_count(world) == 1


async def test_many_at_once_are_one_task(world: World):
    answers = await asyncio.gather(*(send(world) for _ in range(12)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum(REPLAYED not in answer.headers for answer in answers) == 1
    assert len(world.files()) == await task_count(world) == 1


async def test_an_answer_that_was_lost_in_a_restart_is_given_again(tmp_path):
    async with opened(tmp_path) as world:
        task = (await send(world)).json()
    async with opened(tmp_path) as world:
        assert (await send(world)).json()["id"] == task["id"]


async def test_the_password_is_not_part_of_what_is_compared(world: World):
    task = (await send(world, options='{"password":"one"}')).json()
    again = await send(world, options='{"password":"two"}')
    assert again.json()["id"] == task["id"]
    assert len(world.files()) == 2


async def test_a_late_repeat_does_not_bring_a_deleted_task_back(world: World):
    task = (await send(world)).json()
    await world.http.delete(f"/v1/tasks/{task['id']}")
    answer = await send(world)
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_conflict")
    assert "deleted" in answer.json()["detail"]


@pytest.mark.parametrize("key", ["", "x" * 256, "schlüssel"])
async def test_a_key_that_cannot_be_one_is_refused(world: World, key: str):
    answer = await send(world, headers={"Idempotency-Key": key.encode()})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert world.files() == []


async def test_a_tenant_that_is_too_busy_is_told_when_to_come_back(tmp_path):
    async with opened(tmp_path, max_queued_per_tenant=1) as world:
        await send(world)
        answer = await send(world, headers={})
        assert (answer.status_code, answer.json()["code"]) == (429, "tenant_too_busy")
        assert int(answer.headers["retry-after"]) >= 1
