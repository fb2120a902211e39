"""Keys in the database: what each of them opens, and what nobody is told."""

import logging
from typing import Any

import pytest

from pagemill.intake.keyring import LONGEST_AGE_SECONDS, ApiKey, KeyRing, public_id
from tests.faces.world import World, opened

pytestmark = pytest.mark.anyio
ADMIN = ["read", "write", "admin"]


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


async def make(world: World, by: str = "", **body: Any) -> dict[str, Any]:
    answer = await world.http.post("/v1/keys", json={"scopes": ADMIN} | body, headers=bearer(by) if by else {})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_the_first_key_shuts_the_door_for_everybody_without_one(world: World):
    assert (await world.http.get("/v1/tasks")).status_code == 200
    made = await make(world)
    assert made["tenant"] == "default"
    assert (await world.http.get("/v1/tasks")).status_code == 401
    elsewhere = bearer(made["key"]) | {"Host": "mill.example"}
    assert (await world.http.get("/v1/tasks", headers=elsewhere)).status_code == 200
    await world.http.delete(f"/v1/keys/{made['id']}", headers=bearer(made["key"]))
    assert (await world.http.get("/v1/tasks")).status_code == 401


async def test_the_first_key_must_be_able_to_make_others(world: World):
    refused = await world.http.post("/v1/keys", json={"scopes": ["read"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")
    assert (await world.http.get("/v1/tasks")).status_code == 200


async def test_a_key_has_256_random_bits_and_is_kept_as_a_hash_only(world: World):
    made = await make(world, name="build")
    prefix, key_id, secret = made["key"].split("_")
    assert (prefix, key_id, len(bytes.fromhex(secret))) == ("pm", made["id"], 32)
    listed = await world.http.get("/v1/keys", headers=bearer(made["key"]))
    assert [key["name"] for key in listed.json()["keys"]] == ["build"]
    assert secret not in listed.text
    for path in world.folder.glob("pagemill.db*"):
        assert secret.encode() not in path.read_bytes()


async def test_a_wrong_secret_a_wrong_id_and_a_key_that_is_none_open_nothing(world: World, caplog, capsys):
    key = (await make(world))["key"]
    caplog.set_level(logging.DEBUG)
    for wrong in (key[:-1] + ("0" if key[-1] != "0" else "1"), key.replace("_", "_0", 1), key.upper(), "pm__", "x"):
        answer = await world.http.get("/v1/tasks", headers=bearer(wrong))
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
        assert wrong not in caplog.text + capsys.readouterr().out + answer.text or wrong == "x"


SCOPED = {
    "read": [("GET", "/v1/tasks"), ("GET", "/v1/tasks/task_0/result.md"), ("GET", "/v1/files"), ("GET", "/v1/events")],
    "write": [
        ("POST", "/v1/tasks"),
        ("PUT", "/v1/tasks"),
        ("POST", "/v1/files"),
        ("DELETE", "/v1/files/file_0"),
        ("POST", "/v1/tasks/task_0/cancel"),
        ("POST", "/v1/tasks/task_0/retry"),
        ("PATCH", "/v1/tasks/task_0"),
        ("DELETE", "/v1/tasks/task_0"),
    ],
    "admin": [("GET", "/v1/keys"), ("POST", "/v1/keys"), ("DELETE", "/v1/keys/0")],
}


@pytest.mark.parametrize("scope", SCOPED)
async def test_what_a_key_has_no_scope_for_is_refused_by_name(world: World, scope: str):
    admin = (await make(world))["key"]
    others = [name for name in SCOPED if name != scope]
    key = (await make(world, admin, scopes=others))["key"]
    for method, path in SCOPED[scope]:
        answer = await world.http.request(method, path, headers=bearer(key))
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing"), path
        assert f"`{scope}`" in answer.json()["detail"]
    assert world.files() == []


async def test_a_key_sees_its_own_tenant_and_only_an_admin_may_ask_for_others(world: World):
    admin = (await make(world))["key"]
    acme = (await make(world, admin, tenant="acme", scopes=["read", "write"]))["key"]
    task = (await world.http.post("/v1/tasks", files={"file": ("a.md", b"# a")}, headers=bearer(acme))).json()

    async def seen(key: str, **query: str) -> tuple[int, list[str]]:
        answer = await world.http.get("/v1/tasks", params=query, headers=bearer(key))
        return answer.status_code, [found["id"] for found in answer.json().get("tasks", [])]

    assert await seen(acme) == await seen(acme, tenant="acme") == (200, [task["id"]])
    assert await seen(admin) == (200, [])
    assert await seen(admin, tenant="acme") == await seen(admin, tenant="*") == (200, [task["id"]])
    assert await seen(acme, tenant="default") == await seen(acme, tenant="*") == (403, [])
    assert (await world.http.get(f"/v1/tasks/{task['id']}", headers=bearer(admin))).status_code == 404


async def test_a_revoked_key_is_shut_out_at_once_and_revoking_twice_is_no_harm(world: World):
    admin = (await make(world))["key"]
    other = await make(world, admin, scopes=["read"])
    assert (await world.http.get("/v1/tasks", headers=bearer(other["key"]))).status_code == 200
    for _ in range(2):
        assert (await world.http.delete(f"/v1/keys/{other['id']}", headers=bearer(admin))).status_code == 204
        assert (await world.http.get("/v1/tasks", headers=bearer(other["key"]))).status_code == 401
    missing = await world.http.delete("/v1/keys/0", headers=bearer(admin))
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")


async def test_a_key_that_another_process_revoked_is_shut_out_within_seconds(world: World):
    admin = await make(world)
    clock = HandClock()
    elsewhere = KeyRing(world.service.stored_keys, (), clock)
    assert await elsewhere.caller(admin["key"]) is not None
    await world.service.keyring.revoke(admin["id"])
    assert await elsewhere.caller(admin["key"]) is not None
    clock.now += LONGEST_AGE_SECONDS
    assert await elsewhere.caller(admin["key"]) is None


async def test_use_is_noted_and_costs_no_write_a_request(world: World):
    made = await make(world)
    assert made["last_used_at"] is None
    writes = []
    note_use = world.service.stored_keys.note_use
    world.service.stored_keys.note_use = lambda key_id: writes.append(key_id) or note_use(key_id)
    for _ in range(5):
        listed = await world.http.get("/v1/keys", headers=bearer(made["key"]))
    assert listed.json()["keys"][0]["last_used_at"] > made["created_at"]
    assert writes == [made["id"]]


async def test_keys_of_the_settings_go_on_to_open_everything(tmp_path):
    async with opened(tmp_path, api_keys=(ApiKey("acme", "a-long-and-secret-key"),)) as world:
        made = await make(world, "a-long-and-secret-key", scopes=["read"], name="reader", expires_in=3600)
        assert (made["tenant"], made["expires_at"] > made["created_at"]) == ("acme", True)
        for key in ("a-long-and-secret-key", made["key"]):
            assert (await world.http.get("/v1/tasks", headers=bearer(key))).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"scopes": []},
        {"scopes": ["root"]},
        {"tenant": "*"},
        {"tenant": "a\nb"},
        {"name": "x" * 101},
        {"expires_in": 0},
        {"secret": "mine"},
    ],
)
async def test_a_key_that_cannot_be_made_is_refused(world: World, body: dict[str, Any]):
    answer = await world.http.post("/v1/keys", json={"scopes": ADMIN} | body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert (await world.http.get("/v1/keys")).json() == {"keys": [], "next_cursor": None}


def test_a_public_id_is_read_from_keys_of_ours_only():
    assert public_id("pm_a1_secret") == "a1"
    assert [public_id(text) for text in ("", "pm_a1", "xx_a1_secret", "pm_a1_b_c")] == [""] * 4


class HandClock:
    """Time that the test moves."""

    now = 1_000.0

    def monotonic_seconds(self) -> float:
        return self.now

    def wall_seconds(self) -> float:
        return self.now
