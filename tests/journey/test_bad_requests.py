"""Requests that nobody should send: each is answered with its code, at once, and leaves nothing behind."""

import json
import socket
from contextlib import suppress
from typing import Any

import psutil
import pytest

from tests.chaos.service import Service

pytestmark = pytest.mark.slow
GIGABYTE = 10**9
BOUNDARY = "multipart/form-data; boundary=cut"
JSON = {"Content-Type": "application/json"}


def form(name: str, *, end: bytes = b"\r\n--cut--\r\n", disposition: bytes = b"") -> bytes:
    given = disposition or b'form-data; name="file"; filename="' + name.encode("utf-8", "surrogateescape") + b'"'
    return b"--cut\r\nContent-Disposition: " + given + b"\r\n\r\n# Hello" + end


def put(**query: str) -> dict[str, Any]:
    return {"method": "PUT", "url": "/v1/tasks", "content": b"# Hello", "params": query}


def post_form(content: bytes, kind: str = BOUNDARY) -> dict[str, Any]:
    return {"method": "POST", "url": "/v1/tasks", "content": content, "headers": {"Content-Type": kind}}


def post_json(body: Any) -> dict[str, Any]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return {"method": "POST", "url": "/v1/tasks", "content": content, "headers": JSON}


HELLO = {"base64": "IyBIZWxsbw=="}
BAD_REQUESTS: dict[str, tuple[dict[str, Any], int, str]] = {
    "options that are no JSON": (put(options="{ocr}"), 422, "invalid_request"),
    "options that are a list": (put(options="[]"), 422, "invalid_request"),
    "an unknown option": (put(options='{"colour": "red"}'), 422, "invalid_options"),
    "an option of the wrong type": (put(options='{"pages": 7}'), 422, "invalid_options"),
    "an option that does not exist": (put(options='{"ocr": "perhaps"}'), 422, "invalid_options"),
    "pages from behind": (put(options='{"pages": "9-1"}'), 422, "invalid_options"),
    "page zero": (put(options='{"pages": "0"}'), 422, "invalid_options"),
    "a page number of many digits": (put(options='{"pages": "' + "9" * 5000 + '"}'), 422, "invalid_options"),
    "an overlap over the target": (put(options='{"chunks": {"target": 5, "overlap": 5}}'), 422, "invalid_options"),
    "a deadline before now": (put(options='{"deadline_seconds": -1}'), 422, "invalid_options"),
    "not a number": (put(options='{"deadline_seconds": NaN}'), 422, "invalid_request"),
    "metadata that are too much": (put(metadata=json.dumps({"a": "x" * 20_000})), 422, "invalid_request"),
    "metadata that are a list": (put(metadata="[1]"), 422, "invalid_request"),
    "an unknown priority": (put(priority="now"), 422, "invalid_options"),
    "two priorities": (put(priority="high", options='{"priority": "low"}'), 422, "invalid_request"),
    "no file": (post_form(b"--cut--\r\n"), 422, "invalid_request"),
    "two files": (post_form(form("a.md", end=b"\r\n" + form("b.md"))), 422, "invalid_request"),
    "an unknown part": (post_form(form("a", disposition=b'form-data; name="colour"')), 422, "invalid_request"),
    "a part without a name": (post_form(form("a", disposition=b"form-data")), 422, "invalid_request"),
    "no boundary": (post_form(form("a.md"), "multipart/form-data"), 422, "invalid_request"),
    "another boundary": (post_form(form("a.md"), "multipart/form-data; boundary=other"), 422, "invalid_request"),
    "a form without its end": (post_form(form("a.md", end=b"")), 400, "body_incomplete"),
    "no type of body": ({"method": "POST", "url": "/v1/tasks", "content": b"# Hello"}, 422, "invalid_request"),
    "an empty body": (post_json(b""), 422, "invalid_request"),
    "half a JSON body": (post_json(b'{"source": {'), 422, "invalid_request"),
    "a JSON body of another shape": (post_json(["source"]), 422, "invalid_request"),
    "an unknown field": (post_json({"source": HELLO, "colour": "red"}), 422, "invalid_request"),
    "no source": (post_json({"file_name": "a.md"}), 422, "invalid_request"),
    "an empty source": (post_json({"source": {}}), 422, "invalid_request"),
    "what is not base64": (post_json({"source": {"base64": "###"}}), 422, "invalid_request"),
    "deeply nested JSON": (post_json(b'{"metadata": ' + b'{"a":' * 100_000 + b"1"), 422, "invalid_request"),
    "invalid UTF-8 in JSON": (post_json(b'{"file_name": "\xff"}'), 422, "invalid_request"),
    "a task that is not there": ({"method": "GET", "url": "/v1/tasks/task_0"}, 404, "not_found"),
    "an address that is not there": ({"method": "GET", "url": "/v2/tasks"}, 404, "not_found"),
    "a path out of the house": ({"method": "GET", "url": "/v1/tasks/..%2f..%2fetc%2fpasswd"}, 404, "not_found"),
    "a method that is not there": ({"method": "DELETE", "url": "/v1/tasks"}, 405, "method_not_allowed"),
    "a page of nothing": ({"method": "GET", "url": "/v1/tasks?limit=0"}, 422, "invalid_request"),
    "a page of everything": ({"method": "GET", "url": "/v1/tasks?limit=100000000"}, 422, "invalid_request"),
    "a time without a zone": ({"method": "GET", "url": "/v1/tasks?created_after=2026-01-01T00:00:00"}, 422, "invalid_request"),
}  # fmt: skip

ODD_NAMES = {
    "a\x00b.md": "ab.md",
    "../../../etc/passwd": "passwd",
    "C:\\temp\\a.md": "a.md",
    "a\r\nSet-Cookie: x.md": "aSet-Cookie: x.md",
    "\u202egnp.md": "gnp.md",
    "": "file",
    "...": "file",
    "x" * 5_000 + ".md": "x" * 197 + ".md",
}


@pytest.mark.parametrize("name", BAD_REQUESTS)
def test_a_bad_request_is_refused_with_its_code(strict: Service, name: str):
    request, status, code = BAD_REQUESTS[name]
    answer = strict.http.request(**request)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
def test_an_odd_name_becomes_one_that_can_be_shown(strict: Service, name: str):
    task = strict.http.put("/v1/tasks", content=b"# Hello", params={"file_name": name})
    assert (task.status_code, task.json()["file_name"]) == (202, ODD_NAMES[name])


def test_a_name_that_is_not_utf8_is_shown_as_far_as_it_can_be(strict: Service):
    task = strict.http.request(**post_form(form("caf\udce9.md")))
    assert (task.status_code, task.json()["file_name"]) == (202, "caf\ufffd.md")


@pytest.mark.parametrize(
    ("head", "body"),
    [("Content-Length: 1000", b"# Hello"), ("Transfer-Encoding: chunked", b"7\r\n# Hello\r\n")],
    ids=["announced", "chunked"],
)
def test_a_body_that_is_cut_off_is_no_task(strict: Service, head: str, body: bytes):
    before = len(strict.http.get("/v1/tasks").json()["tasks"])
    with socket.create_connection(("127.0.0.1", strict.port)) as line:
        line.sendall(f"PUT /v1/tasks?file_name=cut.md HTTP/1.1\r\nHost: localhost\r\n{head}\r\n\r\n".encode() + body)
    assert len(strict.http.get("/v1/tasks").json()["tasks"]) == before


def test_a_json_body_of_a_gigabyte_is_refused_by_its_length(strict: Service):
    answer = raw(
        strict,
        f"POST /v1/tasks HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {GIGABYTE}\r\n\r\n",
    )
    assert answer.startswith(b"HTTP/1.1 413")


def test_a_json_body_of_a_gigabyte_without_a_length_is_not_kept(strict: Service):
    before = psutil.Process(strict.process.pid).memory_info().rss
    answer = strict.http.post("/v1/tasks", content=(b" " * 1_000_000 for _ in range(1_000)), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert psutil.Process(strict.process.pid).memory_info().rss - before < 60_000_000


@pytest.mark.parametrize(
    "line",
    [
        "NONSENSE\r\n\r\n",
        "GET /livez HTTP/1.1\r\nHost: localhost\r\n" + "a: b\r\n" * 200_000 + "\r\n",
        "GET /" + "x" * 200_000 + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "PUT /v1/tasks HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
        "PUT /v1/tasks HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\n",
    ],
    ids=["nonsense", "headers", "address", "length", "lengths"],
)
def test_what_is_not_http_is_refused(strict: Service, line: str):
    assert raw(strict, line).startswith(b"HTTP/1.1 4")


def raw(service: Service, request: str) -> bytes:
    """What the service answers to these very bytes, as far as it answers before it hangs up."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as line:
        with suppress(OSError):  # it may have hung up already, after its answer
            line.sendall(request.encode())
        return line.recv(65_536)
