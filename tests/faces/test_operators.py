"""What operators look at: figures, failures, nodes; and what the service says of itself."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from pagemill.domain.formats import FORMATS
from pagemill.domain.options import Options
from pagemill.faces.http import capabilities, llms
from pagemill.intake.keyring import ApiKey
from pagemill.store.queue import Beat, NewNode
from tests.faces.world import World, opened

pytestmark = pytest.mark.anyio


async def seen(world: World, path: str, **query: str) -> dict:
    answer = await world.http.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_stats_tell_what_waits_what_ended_and_how_fast(world: World):
    await world.submit()
    await world.finish()
    await world.submit()
    await world.fail()
    await world.submit()
    await world.claim()
    await world.submit()
    found = await seen(world, "/v1/stats")
    assert (found["tasks"]["queued"], found["tasks"]["running"]) == (1, 1)
    assert 0 <= found["tasks"]["oldest_waiting_seconds"] < 60
    assert {(lot["state"], lot["pool"], lot["band"]): lot["jobs"] for lot in found["jobs"]} == {
        ("ready", "text", "normal"): 1,
        ("running", "text", "normal"): 1,
    }
    for window, shortest in {"minute": 60, "hour": 3_600, "day": 86_400}.items():
        told = found["finished"][window]
        assert [told[state]["tasks"] for state in ("succeeded", "failed", "cancelled")] == [1, 1, 0]
        assert (told["succeeded"]["pages"], told["failed"]["pages"]) == (1, 0)
        assert shortest <= told["seconds"] < 2 * shortest + 3_600
        assert told["tasks_per_second"] == pytest.approx(1 / told["seconds"], abs=0.001)
        assert 0 < told["succeeded"]["mean_seconds"] <= told["succeeded"]["p95_seconds"] * 1.01
    assert found["nodes"] == {"alive": 1, "draining": 0}
    assert (await seen(world, "/v1/stats", tenant="nobody"))["finished"]["day"]["succeeded"]["tasks"] == 0
    assert (await seen(world, "/v1/stats", tenant="*"))["finished"]["day"]["succeeded"]["tasks"] == 1


async def test_failures_are_grouped_by_code_with_examples_and_a_hint(world: World):
    ids = []
    for code in ("corrupt_file", "corrupt_file", "password_required"):
        ids.append((await world.submit())["id"])
        await world.fail(code)
    found = await seen(world, "/v1/failures")
    assert (found["count"], [entry["code"] for entry in found["failures"]]) == (
        3,
        ["corrupt_file", "password_required"],
    )
    first, second = found["failures"]
    assert (first["count"], first["share"], first["title"]) == (2, 0.6667, "The file is damaged")
    assert first["task_ids"][0] == ids[1]
    assert (first["message"], bool(first["hint"])) == ("page tree is broken", True)
    await world.http.delete(f"/v1/tasks/{ids[2]}")
    second = (await seen(world, "/v1/failures", since="2020-01-01T00:00:00Z"))["failures"][1]
    assert (second["count"], second["task_ids"], second["message"]) == (1, [], "")
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert (await seen(world, "/v1/failures", since=later))["failures"] == []


@pytest.mark.parametrize("since", ["yesterday", "2026-01-01T00:00:00"])
async def test_a_vague_time_is_a_problem(world: World, since: str):
    answer = await world.http.get("/v1/failures", params={"since": since})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_nodes_say_how_they_are_and_can_be_drained_and_undrained(world: World):
    owner = await world.service.queue.join(NewNode("boot", "machine-7", sole=True))
    rooms = {
        "text": {"slots": 2, "free_slots": 1, "reason": ""},
        "model": {"slots": 1, "free_slots": 0, "reason": "memory"},
    }
    load = {"held": 1, "foreign_cpu": 0.25, "memory_available_bytes": 1024, "claiming": True, "pools": rooms}
    await world.service.queue.beat(Beat(owner, (), (), load))
    (node,) = (await seen(world, "/v1/nodes"))["nodes"]
    assert (node["id"], node["host"], node["state"], node["held"]) == (owner, "machine-7", "alive", 1)
    assert (node["draining"], node["drained"]) == (False, False)
    assert 0 <= node["beat_age_seconds"] < 10
    assert {room["pool"]: room["reason"] for room in node["pools"]} == {"text": "", "model": "memory"}
    address = f"/v1/nodes/{owner}/drain"
    draining = (await world.http.post(address)).json()
    assert (draining["draining"], draining["drained"]) == (True, False)
    assert {room["reason"] for room in draining["pools"]} == {"draining"}
    await world.service.queue.beat(Beat(owner, (), (), load | {"held": 0, "claiming": False}))
    assert [node["drained"] for node in (await seen(world, "/v1/nodes"))["nodes"]] == [True]
    assert not (await world.http.post(address, json={"drain": False})).json()["draining"]


@pytest.mark.parametrize(
    ("number", "body", "status"), [("4711", {}, 404), ("0", {}, 422), ("one", {}, 422), ("1", {"drain": "no"}, 422), ("1", {"stop": True}, 422)]
)  # fmt: skip
async def test_a_drain_that_makes_no_sense_is_a_problem(world: World, number: str, body: dict, status: int):
    await world.service.queue.join(NewNode("boot", "host", sole=True))
    assert (await world.http.post(f"/v1/nodes/{number}/drain", json=body)).status_code == status


async def test_operators_need_a_key_too(tmp_path):
    async with opened(tmp_path, api_keys=(ApiKey("acme", "acme-key-0123456789"),)) as world:
        for path in ("/v1/stats", "/v1/failures", "/v1/nodes", "/v1/capabilities"):
            assert (await world.http.get(path)).status_code == 401
        assert "Authorization: Bearer" in (await world.http.get("/llms.txt")).text


async def test_capabilities_tell_formats_options_limits_and_engines(world: World, monkeypatch):
    monkeypatch.setattr(capabilities, "OFFICE_PROGRAM", "no-such-program")
    found = await seen(world, "/v1/capabilities")
    assert [entry["media_type"] for entry in found["formats"]] == [entry.media_type for entry in FORMATS]
    assert {entry["name"] for entry in found["formats"] if not entry["available"]} == {
        entry.name for entry in FORMATS if entry.needs_office
    }
    assert found["limits"]["max_pages"] == world.service.limits.max_pages
    assert set(found["options"]["$defs"]["Options"]["properties"]) == set(Options.__struct_fields__)
    assert found["engines"] == {"ocr": ["default"], "libreoffice": False}


async def test_the_guide_for_language_models_names_requests_that_exist_and_work(world: World):
    paths = (await seen(world, "/openapi.json"))["paths"]
    assert [step for step in llms.STEPS if step[0].lower() not in paths.get(step[1], {})] == []
    answer = await world.http.get("/llms.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    assert all(entry.name in answer.text for entry in FORMATS)
    task = await world.submit()
    await world.finish()
    reads = re.findall(r"curl 'http://127\.0\.0\.1:8000(\S+)'", answer.text)
    assert len(reads) == 4
    for path in reads:
        assert (await world.http.get(path.replace("TASK_ID", task["id"]))).status_code == 200, path
