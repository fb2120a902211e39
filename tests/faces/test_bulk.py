"""Bulk requests: what narrows is named, nothing happens by accident, and keys reach only what is theirs."""

import pytest

from pagemill.intake.keyring import ApiKey
from tests.faces.world import World, opened

pytestmark = [pytest.mark.anyio, pytest.mark.long]
VERBS = ("cancel", "retry", "delete")


async def bulk(world: World, verb: str, headers: dict[str, str] | None = None, **body: object) -> tuple[int, dict]:
    answer = await world.http.post(f"/v1/tasks:{verb}", json=body, headers=headers)
    return answer.status_code, answer.json()


async def test_failed_tasks_are_counted_retried_and_deleted_by_filter(world: World):
    failed = await world.submit(name="broken.md")
    await world.fail()
    kept = await world.submit(name="kept.md")
    chosen = {"status": "failed", "q": "BROKEN", "created_before": "2199-01-01T00:00:00Z"}
    counted = {"matched": 1, "changed": 1, "dry_run": True}
    assert await bulk(world, "retry", filter=chosen, dry_run=True) == (200, counted)
    assert (await world.get(failed["id"]))["status"] == "failed"
    assert await bulk(world, "retry", filter=chosen) == (200, counted | {"dry_run": False})
    assert await bulk(world, "retry", filter=chosen) == (200, {"matched": 0, "changed": 0, "dry_run": False})
    assert (await world.get(failed["id"]))["status"] == "queued"
    assert (await bulk(world, "delete", filter={"ids": [failed["id"], "task_unknown"]}))[1]["changed"] == 1
    assert (await world.get(failed["id"]))["code"] == "not_found"
    assert (await bulk(world, "cancel", all=True))[1] == {"matched": 1, "changed": 1, "dry_run": False}
    assert (await world.get(kept["id"]))["status"] == "cancelled"


async def test_times_bound_what_is_changed_to_the_millisecond(world: World):
    task = await world.submit()
    at = task["created_at"]
    for bound in ({"created_after": at}, {"created_before": at}, {"created_after": "2199-01-01T00:00:00Z"}):
        assert (await bulk(world, "cancel", filter=bound))[1]["matched"] == 0, bound
    between = {"created_after": "2020-01-01T00:00:00Z", "created_before": "2199-01-01T00:00:00+02:00"}
    assert (await bulk(world, "cancel", filter=between))[1]["matched"] == 1


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"filter": {}},
        {"filter": {"tenant": "default"}},
        {"filter": {"ids": []}},
        {"filter": {"status": "failed"}, "all": True},
        {"filter": {"ids": []}, "all": True},
        {"filter": {"state": "failed"}},
        {"filter": {"status": "lost"}},
        {"filter": {"created_after": "2026-01-01T00:00:00"}},
        {"filter": {"created_after": "yesterday"}},
        {"all": "yes"},
        {"all": True, "dryrun": True},
        [],
    ],
)
async def test_what_is_vague_or_wrong_changes_nothing(world: World, verb: str, body: object):
    task = await world.submit()
    answer = await world.http.post(f"/v1/tasks:{verb}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert (await world.get(task["id"]))["status"] == "queued"


async def test_a_key_changes_its_own_tenants_tasks_only_unless_it_names_another(tmp_path):
    keys = (ApiKey("acme", "acme-key-0123456789"), ApiKey("globex", "globex-key-0123456789"))
    async with opened(tmp_path, api_keys=keys) as world:
        acme, globex = ({"Authorization": f"Bearer {entry.key}"} for entry in keys)
        for headers in (acme, globex, globex):
            await world.http.post("/v1/tasks", files={"file": b"# a"}, headers=headers)
        assert (await bulk(world, "cancel", acme, all=True, dry_run=True))[1]["matched"] == 1
        assert (await bulk(world, "cancel", acme, all=True, dry_run=True, filter={"tenant": "globex"}))[1][
            "matched"
        ] == 2
        assert (await bulk(world, "cancel", acme, all=True, dry_run=True, filter={"tenant": "*"}))[1]["matched"] == 3
        assert (await bulk(world, "cancel", all=True))[0] == 401
