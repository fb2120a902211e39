"""Who is let in, and what every answer carries."""

import pytest

from pagemill.domain.access import Caller
from pagemill.domain.errors import CATALOGUE
from pagemill.faces.http.middleware import SECURITY_HEADERS
from pagemill.intake.keyring import ApiKey
from tests.faces.world import World, opened

pytestmark = pytest.mark.anyio
KEY = "a-long-and-secret-key"


@pytest.mark.parametrize("header", ["", "Bearer wrong", f"Basic {KEY}", "Bearer", f"Bearer {KEY}x", "Bearer schlüssel"])
async def test_without_the_key_nobody_gets_in(tmp_path, header: str):
    async with opened(tmp_path, api_keys=(ApiKey("acme", KEY),)) as world:
        headers = {"Authorization": header.encode()} if header else {}
        for method, path in (("GET", "/v1/tasks"), ("POST", "/v1/tasks"), ("PUT", "/v1/tasks"), ("GET", "/v1/events")):
            answer = await world.http.request(method, path, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
            assert answer.headers["www-authenticate"] == "Bearer"
        assert world.files() == []


async def test_with_the_key_the_service_can_be_reached_by_any_name(tmp_path):
    async with opened(tmp_path, api_keys=(ApiKey("acme", KEY),)) as world:
        headers = {"Authorization": f"bearer {KEY}", "Host": "mill.example"}
        assert (await world.http.get("/v1/tasks", headers=headers)).status_code == 200


async def test_a_key_opens_its_own_tenant(tmp_path):
    async with opened(tmp_path, api_keys=(ApiKey("acme", KEY), ApiKey("globex", KEY[::-1]))) as world:
        assert await world.service.keyring.caller(KEY[::-1]) == Caller("globex")
        assert await world.service.keyring.caller("") is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example"},
        {"Host": "[::1"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_without_keys_a_foreign_web_page_cannot_reach_the_service(world: World, headers: dict[str, str]):
    answer = await world.http.post("/v1/tasks", files={"file": b"# a"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert world.files() == []


async def test_without_keys_this_machine_is_served(world: World):
    for headers in ({}, {"Origin": "http://localhost:3000"}, {"Host": "[::1]:8000", "Sec-Fetch-Site": "same-origin"}):
        assert (await world.http.get("/v1/tasks", headers=headers)).status_code == 200


async def test_every_answer_has_an_id_and_careful_headers(world: World):
    for path in ("/livez", "/v1/tasks", "/nothing", "/docs"):
        answer = await world.http.get(path, headers={"X-Request-Id": "mine-1"})
        assert answer.headers["x-request-id"] == "mine-1"
        assert all(name in answer.headers for name in SECURITY_HEADERS)
    forged = await world.http.get("/livez", headers={"X-Request-Id": "two words"})
    assert len(forged.headers["x-request-id"]) == 16


async def test_an_unknown_address_and_method_are_problems(world: World):
    for method, path, status, code in (
        ("GET", "/nothing", 404, "not_found"),
        ("DELETE", "/v1/tasks", 405, "method_not_allowed"),
        ("GET", "/v1/tasks/task_0", 404, "not_found"),
    ):
        answer = await world.http.request(method, path)
        body = answer.json()
        assert (answer.status_code, body["status"], body["code"]) == (status, status, code)
        assert body["title"] == CATALOGUE[code].title
        assert body["hint"]
        assert body["instance"] == path
        assert body["request_id"] == answer.headers["x-request-id"]


async def test_a_mistake_of_ours_is_a_problem_with_a_reference_and_tells_nothing_else(world: World, capsys):
    async def fail() -> None:
        raise RuntimeError("secret detail")

    world.app.add_api_route("/broken", fail)
    answer = await world.http.get("/broken")
    body = answer.json()
    assert (answer.status_code, body["code"]) == (500, "internal_error")
    assert body["request_id"] in body["detail"]
    assert "secret" not in answer.text
    assert body["request_id"] in capsys.readouterr().out
