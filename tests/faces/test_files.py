"""Files that are uploaded once and used many times."""

import hashlib
from typing import Any

import pytest

from pagemill.domain.limits import Limits
from pagemill.intake.keyring import ApiKey
from tests.faces.world import World, opened

pytestmark = pytest.mark.anyio
CONTENT = b"# Title\n" + bytes(range(97, 123)) * 4_000


async def upload(world: World, content: bytes = CONTENT, name: str = "a.md", **fields: str) -> dict[str, Any]:
    answer = await world.http.post("/v1/files", files={"file": (name, content)}, data=fields)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/v1/files/{answer.json()['id']}"
    body: dict[str, Any] = answer.json()
    return body


async def use(world: World, file_id: str, **more: Any) -> Any:
    return await world.http.post("/v1/tasks", json={"source": {"file_id": file_id}, **more})


async def test_a_file_is_described_and_comes_back_as_it_was(world: World):
    file = await upload(world, file_name="b.md", expires_in="60")
    assert (file["file_name"], file["media_type"], file["bytes"]) == ("b.md", "text/markdown", len(CONTENT))
    assert file["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert file["created_at"] < file["expires_at"]
    assert (await world.http.get(f"/v1/files/{file['id']}")).json() == file
    assert (await world.http.get("/v1/files")).json() == {"files": [file], "next_cursor": None}
    content = await world.http.get(f"/v1/files/{file['id']}/content")
    assert content.content == CONTENT
    assert content.headers["content-disposition"] == "attachment; filename*=UTF-8''b.md"


async def test_content_has_a_version_and_can_be_had_in_parts(world: World):
    address = f"/v1/files/{(await upload(world))['id']}/content"
    etag = (await world.http.get(address)).headers["etag"]
    assert (await world.http.get(address, headers={"If-None-Match": etag})).status_code == 304
    part = await world.http.get(address, headers={"Range": "bytes=2-6"})
    assert (part.status_code, part.content) == (206, b"Title")
    beyond = await world.http.get(address, headers={"Range": "bytes=9999999-"})
    assert (beyond.status_code, beyond.json()["code"]) == (416, "range_not_satisfiable")


async def test_many_tasks_use_one_file_each_with_a_copy_of_its_own(world: World):
    file = await upload(world)
    tasks = [(await use(world, file["id"], file_name=name)).json() for name in ("", "../other.md")]
    assert [task["file_name"] for task in tasks] == ["a.md", "other.md"]
    assert {task["input_sha256"] for task in tasks} == {file["sha256"]}
    assert len(world.blobs()) == 3
    assert (await world.http.delete(f"/v1/files/{file['id']}")).status_code == 204
    world.service.blobs.delete([f"{file['id']}/"])
    for task in tasks:
        assert (await world.http.get(f"/v1/tasks/{task['id']}/input")).content == CONTENT


async def test_a_deleted_file_is_not_there_any_more(world: World):
    file = await upload(world)
    address = f"/v1/files/{file['id']}"
    assert (await world.http.delete(address)).status_code == 204
    for method, path in (("DELETE", address), ("GET", address), ("GET", f"{address}/content")):
        answer = await world.http.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    refused = await use(world, file["id"])
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert [entry.prefix for entry in await world.service.queue.garbage(10)] == [f"{file['id']}/"]


async def test_a_file_whose_bytes_are_gone_makes_no_task(world: World):
    file = await upload(world)
    world.service.blobs.delete([f"{file['id']}/"])
    assert (await use(world, file["id"])).status_code == 404
    assert (await world.http.get(f"/v1/files/{file['id']}/content")).status_code == 404
    assert world.files() == []


async def test_a_refused_task_leaves_nothing_of_its_copy(world: World):
    file = await upload(world)
    assert (await use(world, file["id"], options={"pages": "5-1"})).status_code == 422
    assert len(world.files()) == 1


async def test_other_tenants_neither_see_nor_use_a_file(tmp_path):
    keys = (ApiKey("acme", "acme-key-acme-key"), ApiKey("globex", "globex-key-globex"))
    async with opened(tmp_path, api_keys=keys) as world:
        world.http.headers["Authorization"] = "Bearer acme-key-acme-key"
        file = await upload(world)
        world.http.headers["Authorization"] = "Bearer globex-key-globex"
        assert (await world.http.get("/v1/files")).json()["files"] == []
        for method, path in (("GET", ""), ("GET", "/content"), ("DELETE", "")):
            assert (await world.http.request(method, f"/v1/files/{file['id']}{path}")).status_code == 404
        assert (await use(world, file["id"])).status_code == 404


async def test_files_are_listed_a_page_at_a_time(world: World):
    made = [(await upload(world))["id"] for _ in range(3)]
    first = (await world.http.get("/v1/files", params={"limit": 2})).json()
    rest = (await world.http.get("/v1/files", params={"cursor": first["next_cursor"]})).json()
    assert {file["id"] for file in first["files"] + rest["files"]} == set(made)
    assert (len(first["files"]), rest["next_cursor"]) == (2, None)


@pytest.mark.parametrize(
    ("content", "fields", "status", "code"),
    [
        (b"", {}, 422, "empty_file"),
        (b"\x7fELF" + b"\x00" * 100, {}, 415, "unsupported_format"),
        (b"x" * (2 * 1024 * 1024), {}, 413, "file_too_large"),
        (b"# a", {"expires_in": "0"}, 422, "invalid_request"),
        (b"# a", {"expires_in": "soon"}, 422, "invalid_request"),
        (b"# a", {"options": "{}"}, 422, "invalid_request"),
    ],
)
async def test_a_refused_file_leaves_nothing_behind(tmp_path, content: bytes, fields: dict[str, str], status, code):
    async with opened(tmp_path, limits=Limits(max_file_bytes=1024 * 1024)) as world:
        answer = await world.http.post("/v1/files", files={"file": ("a.bin", content)}, data=fields)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        assert world.files() == []
        assert (await world.http.get("/v1/files")).json()["files"] == []


async def test_a_body_that_is_no_form_says_so(world: World):
    answer = await world.http.post("/v1/files", content=b"# a")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
