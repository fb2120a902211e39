"""Promise 6: whatever is wrong with a file, it ends once, at once or later, with the code that says so."""

import json
from typing import Any

import httpx2
import pytest

from tests.chaos.service import Service
from tests.journey.bad_files import BAD_FILES, BadFile, docx_with
from tests.journey.made import docx_file, eml_file, image_file, odt_file
from tests.work.made import pdf

pytestmark = pytest.mark.slow
LONGEST_SECONDS = 60

ODD_FILES = {
    "a PDF by another name.txt": lambda: pdf("One"),
    "a Word file by another name.pdf": docx_file,
    "a picture by another name.docx": lambda: image_file("PNG"),
    "no suffix": lambda: pdf("One"),
    "nested.html": lambda: b"<div>" * 20_000 + b"deep",
    "spans.html": lambda: b"<table><tr><td colspan=1000000 rowspan=1000000>a</td><td>b</td></tr></table>",
    "script.html": lambda: b"<p onclick='x()'>text</p><script>alert(1)</script>",
    "quotes.md": lambda: b">" * 50_000 + b" deep",
    "invalid.txt": lambda: b"caf\xe9 \xff\xfe and so on. Here is some more text.",
    "outside.odt": lambda: odt_file("<text:p>a</text:p><draw:image xmlns:draw='d' xmlns:x='x' x:href='file:///etc/passwd'/>"),
    "outside.docx": lambda: docx_with("word/extra.xml", "<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a'><a/>"),
    "mail with a broken attachment.eml": lambda: eml_file(("broken.docx", b"PK\x03\x04 broken"), ("good.txt", b"Good.")),
}  # fmt: skip


def ended(service: Service, name: str, content: bytes, options: dict[str, Any]) -> dict[str, Any]:
    """The task at its end, or the problem that refused it."""
    parameters = {"file_name": name, "options": json.dumps(options)}
    answer = service.http.put("/v1/tasks", content=content, params=parameters)
    if answer.status_code != 202:
        problem: dict[str, Any] = answer.json()
        return {"error": problem, "status": "refused"}
    return service.wait_for(answer.json()["id"], LONGEST_SECONDS)


@pytest.mark.parametrize("bad", BAD_FILES, ids=lambda bad: bad.file_name)
def test_a_bad_file_ends_with_its_code(strict: Service, bad: BadFile):
    task = ended(strict, bad.file_name, bad.make(), bad.options)
    assert task["error"] is not None, task
    assert task["error"]["code"] in bad.codes, task["error"]
    assert task["error"]["detail"]
    assert task["error"]["hint"]
    assert strict.http.get("/readyz").status_code == 200


@pytest.mark.parametrize("name", ODD_FILES)
def test_an_odd_file_is_read_all_the_same(strict: Service, name: str):
    task = ended(strict, name, ODD_FILES[name](), {"ocr": "never"})
    assert (task["status"], task["error"]) == ("succeeded", None)


def test_what_goes_wrong_is_told_without_our_own_paths_or_tracebacks(strict: Service):
    task = ended(strict, "cut.docx", docx_file()[:500], {})
    told = json.dumps(task["error"])
    assert "Traceback" not in told
    assert str(strict.data) not in told


def test_a_bad_file_takes_nothing_of_the_next_one(strict: Service):
    assert ended(strict, "good.pdf", pdf("One", "Two"), {})["status"] == "succeeded"
    assert isinstance(strict.http, httpx2.Client)
