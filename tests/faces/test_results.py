"""Results in every form, from stored bytes."""

import pytest

from pagemill.faces.http.results import ResultForm, preferred_form
from pagemill.faces.http.streams import Span, UnsatisfiableRange, requested_range
from tests.faces.world import RESULT, World

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("path", "blob", "media_type"),
    [
        ("result.json", "document.json", "application/json"),
        ("result.md", "document.md", "text/markdown; charset=utf-8"),
        ("result.html", "document.html", "text/html; charset=utf-8"),
        ("result.txt", "document.txt", "text/plain; charset=utf-8"),
        ("chunks.jsonl", "chunks.jsonl", "application/x-ndjson"),
    ],
)
async def test_each_form_is_the_stored_bytes(world: World, path: str, blob: str, media_type: str):
    task = await world.submit(name="Grüße.md")
    await world.finish()
    answer = await world.http.get(f"/v1/tasks/{task['id']}/{path}")
    assert answer.content == RESULT[blob]
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-length"] == str(len(RESULT[blob]))
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["content-disposition"].startswith("inline; filename*=UTF-8''Gr%C3%BC%C3%9Fe.md.")


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", ResultForm.JSON),
        ("*/*", ResultForm.JSON),
        ("text/markdown", ResultForm.MARKDOWN),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", ResultForm.HTML),
        ("text/*", ResultForm.MARKDOWN),
        ("application/json;q=0.1, text/plain;q=0.5", ResultForm.TEXT),
        ("application/json;q=0, */*", ResultForm.MARKDOWN),
    ],
)
async def test_the_asker_chooses_the_form(world: World, accept: str, form: ResultForm):
    assert preferred_form(accept) is form
    task = await world.submit()
    await world.finish()
    answer = await world.http.get(f"/v1/tasks/{task['id']}/result", headers={"Accept": accept})
    assert answer.content == (await world.http.get(f"/v1/tasks/{task['id']}/result.{form}")).content
    assert answer.headers["vary"] == "Accept"


async def test_a_form_that_does_not_exist_is_a_problem(world: World):
    task = await world.submit()
    await world.finish()
    refused = await world.http.get(f"/v1/tasks/{task['id']}/result", headers={"Accept": "image/png"})
    assert (refused.status_code, refused.json()["code"]) == (406, "not_acceptable")
    assert (await world.http.get(f"/v1/tasks/{task['id']}/result.docx")).status_code == 422


async def test_who_has_the_newest_version_gets_304_until_there_is_a_newer_one(world: World):
    task = await world.submit()
    await world.finish()
    address = f"/v1/tasks/{task['id']}/result.md"
    etag = (await world.http.get(address)).headers["etag"]
    for known in (etag, f'W/{etag}, "other"', "*"):
        answer = await world.http.get(address, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
    await world.http.patch(f"/v1/tasks/{task['id']}", json={"options": {"chunks": {"target": 9}}})
    await world.finish(blobs=RESULT | {"document.md": b"# New\n"})
    answer = await world.http.get(address, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (200, b"# New\n")


async def test_a_result_that_is_not_there_says_why(world: World):
    task = await world.submit()
    early = await world.http.get(f"/v1/tasks/{task['id']}/result.md")
    assert (early.status_code, early.json()["code"]) == (409, "result_not_ready")
    await world.fail()
    failed = await world.http.get(f"/v1/tasks/{task['id']}/chunks.jsonl")
    assert (failed.status_code, failed.json()["code"]) == (409, "result_not_ready")
    assert "page tree is broken" in failed.json()["detail"]
    assert "corrupt_file" in failed.json()["hint"]


async def test_page_images_are_served_if_they_were_asked_for(world: World):
    task = await world.submit()
    await world.finish(blobs=RESULT | {"pages/1.png": b"\x89PNG..."})
    answer = await world.http.get(f"/v1/tasks/{task['id']}/pages/1.png")
    assert (answer.content, answer.headers["content-type"]) == (b"\x89PNG...", "image/png")
    missing = await world.http.get(f"/v1/tasks/{task['id']}/pages/2.png")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    assert "page_images" in missing.json()["hint"]


async def test_the_input_comes_back_to_be_saved_whole_or_in_part(world: World):
    content = b"# " + bytes(range(97, 123)) * 40_000
    task = await world.submit(content, name="a.md")
    address = f"/v1/tasks/{task['id']}/input"
    whole = await world.http.get(address)
    assert whole.content == content
    assert whole.headers["content-disposition"] == "attachment; filename*=UTF-8''a.md"
    part = await world.http.get(address, headers={"Range": "bytes=300000-300009"})
    assert (part.status_code, part.content) == (206, content[300_000:300_010])
    assert part.headers["content-range"] == f"bytes 300000-300009/{len(content)}"
    beyond = await world.http.get(address, headers={"Range": "bytes=99999999-"})
    assert (beyond.status_code, beyond.json()["code"]) == (416, "range_not_satisfiable")
    assert beyond.headers["content-range"] == f"bytes */{len(content)}"
    stale = await world.http.get(address, headers={"Range": "bytes=0-1", "If-Range": '"old"'})
    assert stale.status_code == 200


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-0", Span(0, 0)),
        ("bytes=5-", Span(5, 9)),
        ("bytes=-3", Span(7, 9)),
        ("bytes=-99", Span(0, 9)),
        ("bytes=8-99", Span(8, 9)),
        ("bytes=3-2", None),
        ("bytes=-", None),
        ("bytes=0-1,3-4", None),
        ("lines=1-2", None),
        ("", None),
    ],
)
def test_a_range_names_bytes_that_exist_or_is_ignored(header: str, span: Span | None):
    assert requested_range(header, 10) == span


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=-0"])
def test_a_range_beyond_the_end_cannot_be_had(header: str):
    with pytest.raises(UnsatisfiableRange):
        requested_range(header, 10)
