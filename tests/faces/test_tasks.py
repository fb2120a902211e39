"""The task as a resource."""

import asyncio
import re

import pytest

from pagemill.domain.errors import Fault, Problem
from pagemill.domain.outcome import Failed
from pagemill.domain.retry import RetryPolicy
from pagemill.faces.http import tasks
from pagemill.intake.service import ApiKey
from tests.faces.world import World, listening, opened

pytestmark = pytest.mark.anyio
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
TASK_ID = re.compile(r"task_[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}")


async def test_a_task_is_shown_from_birth_to_result(world: World):
    born = await world.submit(metadata='{"case":7}')
    assert TASK_ID.fullmatch(born["id"])
    assert (born["status"], born["started_at"], born["result"]) == ("queued", None, None)
    claim = await world.claim()
    running = await world.get(born["id"])
    assert running["status"] == "running"
    await world.finish(claim)
    ended = await world.get(born["id"])
    assert (ended["status"], ended["error"], ended["partial"]) == ("succeeded", None, False)
    assert ended["progress"] == {"pages_done": 1, "pages_total": 1}
    assert ended["metadata"] == {"case": 7}
    for name in ("created_at", "started_at", "finished_at", "deadline_at"):
        assert RFC3339.fullmatch(ended[name]), name
    for link in ended["result"]["links"].values():
        assert (await world.http.get(link)).status_code == 200


async def test_a_failed_task_tells_its_error_as_a_problem(world: World):
    task = await world.submit()
    await world.fail()
    shown = await world.get(task["id"])
    assert shown["status"] == "failed"
    assert shown["error"]["code"] == "corrupt_file"
    assert (shown["error"]["detail"], shown["error"]["hint"]) == ("page tree is broken", "Save it anew.")


async def test_links_begin_with_the_public_address(tmp_path):
    async with opened(tmp_path, public_url="https://mill.example/") as world:
        answer = await world.http.post("/v1/tasks", files={"file": b"# a"})
        assert answer.headers["location"].startswith("https://mill.example/v1/tasks/task_")


async def test_waiting_ends_when_the_task_does(world: World):
    task = await world.submit()
    claim = await world.claim()
    waiting = asyncio.create_task(world.get(task["id"], wait=60))
    await asyncio.sleep(0)
    assert not waiting.done()
    await world.finish(claim)
    async with asyncio.timeout(tasks.POLL_SECONDS * 5):
        assert (await waiting)["status"] == "succeeded"


async def test_waiting_ends_when_the_time_is_over_or_the_service_stops(world: World):
    task = await world.submit()
    assert (await world.get(task["id"], wait=1))["status"] == "queued"
    waiting = asyncio.create_task(world.get(task["id"], wait=60))
    await asyncio.sleep(0.05)
    world.service.stopping.set()
    async with asyncio.timeout(10):
        assert (await waiting)["status"] == "queued"


async def test_the_list_goes_through_all_tasks_newest_first_a_page_at_a_time(world: World):
    ids = [(await world.submit(name=f"{number}.md"))["id"] for number in range(5)]
    seen, cursor = [], ""
    while cursor is not None:
        page = (await world.http.get("/v1/tasks", params={"limit": 2, "cursor": cursor})).json()
        assert len(page["tasks"]) <= 2
        seen += [task["id"] for task in page["tasks"]]
        cursor = page["next_cursor"]
    assert seen == ids[::-1]


async def test_a_search_that_has_looked_at_enough_names_answers_a_short_page_that_goes_on(world: World, monkeypatch):
    monkeypatch.setattr("pagemill.store.sqlite.listing.NAMES_LOOKED_AT", 2)
    wanted = await world.submit(name="needle.md")
    for number in range(5):
        await world.submit(name=f"hay-{number}.md")
    lengths, cursor = [], ""
    while cursor is not None:
        page = (await world.http.get("/v1/tasks", params={"q": "needle", "cursor": cursor})).json()
        lengths.append(len(page["tasks"]))
        cursor = page["next_cursor"]
    assert (lengths[:2], sum(lengths)) == ([0, 0], 1)
    assert page["tasks"] == [] or page["tasks"][0]["id"] == wanted["id"]


async def test_the_list_can_be_narrowed_by_state_name_and_time(world: World):
    old = await world.submit(name="report.md")
    await world.finish()
    new = await world.submit(name="notes.md")

    async def found(**query: str) -> list[str]:
        return [task["id"] for task in (await world.http.get("/v1/tasks", params=query)).json()["tasks"]]

    assert await found(status="succeeded") == [old["id"]]
    assert await found(q="note") == [new["id"]]
    assert await found(created_after=old["created_at"]) in ([new["id"]], [])
    assert await found(created_before=old["created_at"]) == []
    assert await found(created_before="2199-01-01T00:00:00+14:00", q="r") == [old["id"]]
    assert await found(created_after="2199-01-01T00:00:00Z") == []


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=999", "status=lost", "created_after=yesterday", "created_after=2026-01-01T00:00:00"]
)
async def test_a_list_query_that_makes_no_sense_is_a_problem(world: World, query: str):
    answer = await world.http.get(f"/v1/tasks?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_cancelling_stops_the_task_and_can_be_repeated(world: World):
    task = await world.submit()
    claim = await world.claim()
    for _ in range(2):
        answer = await world.http.post(f"/v1/tasks/{task['id']}/cancel")
        assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    result = await world.http.get(f"/v1/tasks/{task['id']}/result")
    assert (result.status_code, result.json()["code"]) == (409, "cancelled")
    assert claim.job.task_id == task["id"]


async def test_a_finished_task_is_not_cancelled_any_more(world: World):
    task = await world.submit()
    await world.finish()
    assert (await world.http.post(f"/v1/tasks/{task['id']}/cancel")).json()["status"] == "succeeded"


async def test_a_failed_task_runs_again_when_retried(world: World):
    task = await world.submit()
    await world.fail()
    answer = await world.http.post(f"/v1/tasks/{task['id']}/retry")
    assert answer.status_code == 202
    assert (answer.json()["status"], answer.json()["revision"], answer.json()["error"]) == ("queued", 2, None)
    again = await world.http.post(f"/v1/tasks/{task['id']}/retry")
    assert again.json()["revision"] == 2
    await world.finish()
    assert (await world.get(task["id"]))["status"] == "succeeded"


async def test_retrying_a_whole_result_changes_nothing(world: World):
    task = await world.submit()
    await world.finish()
    answer = await world.http.post(f"/v1/tasks/{task['id']}/retry")
    assert (answer.json()["status"], answer.json()["revision"]) == ("succeeded", 1)


async def test_new_options_run_the_task_again_over_the_old_ones_and_the_old_result_stays(world: World):
    task = await world.submit(options='{"pages":"1","chunks":{"target":100}}')
    await world.finish()
    answer = await world.http.patch(f"/v1/tasks/{task['id']}", json={"options": {"mode": "fast", "pages": None}})
    assert answer.status_code == 202
    changed = answer.json()
    assert (changed["status"], changed["revision"]) == ("queued", 2)
    assert (changed["options"]["mode"], changed["options"]["pages"]) == ("fast", "")
    assert changed["options"]["chunks"]["target"] == 100
    assert (await world.http.get(changed["result"]["links"]["markdown"])).status_code == 200


async def test_a_new_password_is_kept_apart_too(world: World):
    task = await world.submit()
    await world.fail("password_required")
    answer = await world.http.patch(f"/v1/tasks/{task['id']}", json={"options": {"password": "open sesame"}})
    assert "sesame" not in answer.text
    claim = await world.claim()
    assert world.service.blobs.get(claim.spec.secret_key) == b"open sesame"


@pytest.mark.parametrize(
    "body", [{}, {"options": {"sped": 1}}, {"options": {}, "name": "x"}, {"options": {"password": 7}}]
)
async def test_a_change_that_makes_no_sense_changes_nothing(world: World, body: object):
    task = await world.submit()
    answer = await world.http.patch(f"/v1/tasks/{task['id']}", json=body)
    assert answer.status_code == 422
    assert (await world.get(task["id"]))["revision"] == 1


async def test_deleting_takes_the_task_away_in_any_state(world: World):
    queued, done = await world.submit(), None
    await world.finish()
    done, queued = queued, await world.submit()
    for task in (done, queued):
        assert (await world.http.delete(f"/v1/tasks/{task['id']}")).status_code == 204
        for method, path in (("GET", ""), ("GET", "/result"), ("DELETE", ""), ("POST", "/cancel"), ("POST", "/retry")):
            answer = await world.http.request(method, f"/v1/tasks/{task['id']}{path}")
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert len(await world.service.queue.garbage(10)) >= 2


async def test_attempts_tell_every_try(world: World):
    task = await world.submit()
    problem = Problem("storage_unavailable", "the share is gone")
    await world.settle(await world.claim(), Failed(fault=Fault.TRANSIENT, problem=problem))
    attempts = (await world.http.get(f"/v1/tasks/{task['id']}/attempts")).json()["attempts"]
    assert [(entry["attempt"], entry["end"], entry["error"]["code"]) for entry in attempts] == [
        (1, "failed", "storage_unavailable")
    ]
    assert RFC3339.fullmatch(attempts[0]["started_at"])
    assert RetryPolicy().failures_allowed(Fault.TRANSIENT) > 0


async def test_tenants_do_not_see_each_other(tmp_path):
    keys = (ApiKey("acme", "acme-key-0123456789"), ApiKey("globex", "globex-key-0123456789"))
    async with opened(tmp_path, api_keys=keys) as world:
        acme, globex = ({"Authorization": f"Bearer {entry.key}"} for entry in keys)
        task = (await world.http.post("/v1/tasks", files={"file": b"# a"}, headers=acme)).json()
        address = f"/v1/tasks/{task['id']}"
        assert (await world.http.get(address, headers=acme)).status_code == 200
        assert (await world.http.get("/v1/tasks", headers=globex)).json()["tasks"] == []
        for method, path in (
            ("GET", ""), ("GET", "/result.md"), ("GET", "/input"), ("GET", "/attempts"), ("GET", "/events"),
            ("POST", "/cancel"), ("POST", "/retry"), ("DELETE", ""),
        ):  # fmt: skip
            answer = await world.http.request(method, address + path, headers=globex)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
        change = await world.http.patch(address, json={"options": {"mode": "fast"}}, headers=globex)
        assert change.status_code == 404
        assert (await world.http.get(address, headers=acme)).json()["status"] == "queued"


async def test_requests_on_a_real_socket_find_their_task(world: World):
    task = await world.submit()
    async with listening(world) as (_, port):
        import httpx2

        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            assert (await http.get(f"/v1/tasks/{task['id']}")).json()["id"] == task["id"]
