"""What comes in over HTTP: accepted durably, or refused with nothing left behind."""

import base64
import json

import pytest

from pagemill.domain.limits import Limits
from pagemill.faces.http.openapi import PROBLEM_TYPE
from tests.faces.world import World, opened

pytestmark = pytest.mark.anyio
PDF = b"%PDF-1.7\n" + b"x" * 100_000


async def test_a_multipart_file_is_accepted_and_stored_as_it_was(world: World):
    answer = await world.http.post(
        "/v1/tasks", files={"file": ("report.pdf", PDF)}, data={"options": '{"ocr":"never"}'}
    )
    task = answer.json()
    assert (answer.status_code, task["status"], task["media_type"]) == (202, "queued", "application/pdf")
    assert answer.headers["location"] == f"/v1/tasks/{task['id']}"
    assert answer.headers["retry-after"] == "1"
    assert task["options"]["ocr"] == "never"
    view = await world.service.views.task(task["id"])
    assert world.service.blobs.get(view.spec.input_key) == PDF
    assert view.spec.input_bytes == len(PDF)


async def test_fields_may_come_before_or_after_the_file(world: World):
    before, after = (
        (("options", None, b'{"mode":"fast"}'), ("file", "a.md", b"# a")),
        (
            ("file", "a.md", b"# a"),
            ("options", None, b'{"mode":"fast"}'),
        ),
    )
    for parts in (before, after):
        answer = await world.http.post("/v1/tasks", content=_form(parts), headers=_FORM_HEADERS)
        assert answer.json()["options"]["mode"] == "fast"


async def test_a_raw_body_is_accepted(world: World):
    query = {"file_name": "notes.md", "options": '{"pages":"1-2"}', "metadata": '{"case":7}', "priority": "high"}
    task = (await world.http.put("/v1/tasks", content=b"# notes", params=query)).json()
    assert (task["file_name"], task["media_type"]) == ("notes.md", "text/markdown")
    assert task["options"]["pages"] == "1-2"
    assert task["options"]["priority"] == "high"
    assert task["metadata"] == {"case": 7}


async def test_a_json_body_carries_the_file_as_base64(world: World):
    content = bytes(range(32, 127)) * 40_000
    body = {
        "source": {"base64": base64.b64encode(content).decode()},
        "file_name": "a.txt",
        "metadata": {"n": [1, None]},
    }
    task = (await world.http.post("/v1/tasks", json=body)).json()
    view = await world.service.views.task(task["id"])
    assert world.service.blobs.get(view.spec.input_key) == content
    assert task["metadata"] == {"n": [1, None]}


async def test_a_password_is_kept_apart_and_never_shown(world: World):
    task = await world.submit(options='{"password":"open sesame"}')
    assert "sesame" not in json.dumps(await world.get(task["id"]))
    view = await world.service.views.task(task["id"])
    assert world.service.blobs.get(view.spec.secret_key) == b"open sesame"
    for path in world.folder.glob("pagemill.db*"):
        assert b"sesame" not in path.read_bytes()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.md", "passwd.md"),
        ("C:\\Users\\me\\r.md", "r.md"),
        ("a\x00b\x1f\u202ec.md", "abc.md"),
        ("", "file"),
        ("..", "file"),
        ("Jahresübersicht 中.md", "Jahresübersicht 中.md"),
        ("x" * 300 + ".md", "x" * 197 + ".md"),
    ],
)
async def test_a_file_name_is_kept_for_show_without_anything_harmful(world: World, given: str, kept: str):
    task = (await world.http.put("/v1/tasks", content=b"# a", params={"file_name": given})).json()
    assert task["file_name"] == kept


async def test_a_name_that_is_not_utf8_is_no_problem(world: World):
    body = _form([("file", "NAME", b"# a")]).replace(b"NAME", b"caf\xe9.md")
    task = (await world.http.post("/v1/tasks", content=body, headers=_FORM_HEADERS)).json()
    assert task["file_name"] == "caf\N{REPLACEMENT CHARACTER}.md"


REFUSED = {
    "no file": (b"", 422, "empty_file"),
    "an Office file": (b"PK\x03\x04" + b"\x00" * 100, 415, "unsupported_format"),
    "too large": (b"# a\n" + b"x" * (2 * 1024 * 1024), 413, "file_too_large"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_a_refused_file_leaves_nothing_behind(tmp_path, case: str):
    content, status, code = REFUSED[case]
    async with opened(tmp_path, limits=Limits(max_file_bytes=1024 * 1024)) as world:
        for answer in (
            await world.http.post("/v1/tasks", files={"file": ("a.bin", content)}),
            await world.http.put("/v1/tasks", content=content),
            await world.http.post("/v1/tasks", json={"source": {"base64": base64.b64encode(content).decode()}}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
            assert answer.headers["content-type"] == PROBLEM_TYPE
        assert world.files() == []
        assert (await world.http.get("/v1/tasks")).json()["tasks"] == []


BAD_FORMS = {
    "unknown part": ([("file", "a.md", b"# a"), ("colour", None, b"red")], "invalid_request"),
    "two files": ([("file", "a.md", b"# a"), ("file", "b.md", b"# b")], "invalid_request"),
    "no file": ([("options", None, b"{}")], "invalid_request"),
    "twice": ([("options", None, b"{}"), ("options", None, b"{}"), ("file", "a.md", b"#")], "invalid_request"),
    "not JSON": ([("file", "a.md", b"# a"), ("options", None, b"{")], "invalid_request"),
    "no object": ([("file", "a.md", b"# a"), ("options", None, b"[]")], "invalid_request"),
    "unknown option": ([("file", "a.md", b"# a"), ("options", None, b'{"sped":1}')], "invalid_options"),
    "bad pages": ([("file", "a.md", b"# a"), ("options", None, b'{"pages":"5-1"}')], "invalid_options"),
    "bad priority": ([("file", "a.md", b"# a"), ("priority", None, b"urgent")], "invalid_options"),
    "large field": ([("file", "a.md", b"# a"), ("options", None, b" " * 200_000)], "invalid_request"),
    "large metadata": (
        [("file", "a.md", b"# a"), ("metadata", None, b'{"a":"' + b"x" * 17_000 + b'"}')],
        "invalid_request",
    ),
}


@pytest.mark.parametrize("case", BAD_FORMS)
async def test_a_bad_form_is_refused_by_name_and_leaves_nothing_behind(world: World, case: str):
    parts, code = BAD_FORMS[case]
    answer = await world.http.post("/v1/tasks", content=_form(parts), headers=_FORM_HEADERS)
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    assert world.files() == []


async def test_a_form_without_its_end_is_incomplete(world: World):
    body = _form([("file", "a.md", b"# a")])
    answer = await world.http.post("/v1/tasks", content=body[:-10], headers=_FORM_HEADERS)
    assert (answer.status_code, answer.json()["code"]) == (400, "body_incomplete")
    assert world.files() == []


@pytest.mark.parametrize(
    "body",
    [
        {"source": {"url": "http://example.org/a.pdf"}},
        {"source": {"file_id": "file_1", "base64": "IyBh"}},
        {"source": {"base64": "IyBh"}, "webhook": {"url": "http://example.org"}},
        {"source": {"base64": "not base64!"}},
        {"source": {}},
        {"source": {"base64": "IyBh"}, "colour": "red"},
        {},
        [],
    ],
)
async def test_a_json_body_that_cannot_be_taken_says_why(world: World, body: object):
    answer = await world.http.post("/v1/tasks", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), answer.text
    assert world.files() == []


async def test_a_full_queue_answers_429_with_the_time_to_wait(tmp_path):
    async with opened(tmp_path, max_queued=2) as world:
        await world.submit()
        await world.submit()
        answer = await world.http.post("/v1/tasks", files={"file": b"# a"})
        assert (answer.status_code, answer.json()["code"]) == (429, "too_busy")
        assert int(answer.headers["retry-after"]) == answer.json()["retry_after"] >= 1
        assert len(world.blobs()) == 2


_FORM_HEADERS = {"Content-Type": "multipart/form-data; boundary=cut"}


def _form(parts: object) -> bytes:
    """A form by hand: parts of (name, file name or None, content), in this order."""
    body = b""
    for name, file_name, content in parts:  # type: ignore[attr-defined]
        named = f'; filename="{file_name}"' if file_name is not None else ""
        head = f'--cut\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
        body += head.encode() + content + b"\r\n"
    return body + b"--cut--\r\n"


async def test_a_deadline_is_no_later_than_the_service_allows(tmp_path):
    async with opened(tmp_path, limits=Limits(max_task_seconds=60)) as world:
        task = await world.submit(options='{"deadline_seconds": 3600}')
        assert task["options"]["deadline_seconds"] == 60
        assert (await world.submit(options='{"deadline_seconds": 7}'))["options"]["deadline_seconds"] == 7
