"""The client, against the real service on a real socket."""

import io
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from pagemill.domain.task import TaskState
from pagemill.faces.client import Client, Refused, Timeout, Unreachable
from pagemill.intake.service import ApiKey
from tests.faces.world import RESULT, Served, served

KEY = "a-long-and-secret-key"


@pytest.fixture
def place(tmp_path):
    with served(tmp_path) as place:
        yield place


@pytest.fixture
def client(place: Served):
    with Client(place.url) as client:
        yield client


def test_a_file_goes_in_and_its_result_comes_out(place: Served, client: Client, tmp_path):
    file = tmp_path / "notes.md"
    file.write_bytes(b"# notes\n" * 100_000)
    task = client.submit(file, options={"mode": "fast"}, metadata={"case": 7})
    assert (task.status, task.file_name) == (TaskState.QUEUED, "notes.md")
    assert (task.options["mode"], task.metadata) == ("fast", {"case": 7})
    finishing = place.start(place.world.finish())
    task.wait(timeout_seconds=60)
    finishing.result()
    assert (task.status, task.progress.pages_done) == (TaskState.SUCCEEDED, 1)
    assert task.markdown().encode() == task.read("md") == RESULT["document.md"]
    assert task.save(tmp_path / "out.jsonl").read_bytes() == RESULT["chunks.jsonl"]
    assert {path.name for path in tmp_path.iterdir()} >= {"out.jsonl"}
    assert not list(tmp_path.glob(".*.part"))


def test_tasks_can_be_listed_cancelled_retried_changed_and_deleted(client: Client):
    ids = [client.submit(b"# a", file_name=f"{number}.md").id for number in range(3)]
    assert [task.id for task in client.tasks()] == ids[::-1]
    assert [task.id for task in client.tasks(query="1.md")] == [ids[1]]
    assert client.task(ids[0]).cancel().status is TaskState.CANCELLED
    assert client.task(ids[0]).retry().status is TaskState.QUEUED
    assert client.task(ids[0]).change({"mode": "fast"}).options["mode"] == "fast"
    client.task(ids[0]).delete()
    with pytest.raises(Refused) as refusal:
        client.get(ids[0])
    assert (refusal.value.status, refusal.value.code) == (404, "not_found")
    assert refusal.value.hint


def test_waiting_too_long_says_for_which_task(client: Client):
    task = client.submit(b"# a", file_name="a.md")
    with pytest.raises(Timeout, match=task.id):
        task.wait(timeout_seconds=0)


def test_a_refused_file_says_what_to_do(client: Client):
    with pytest.raises(Refused) as refusal:
        client.submit(b"PK\x03\x04", file_name="a.docx")
    assert refusal.value.code == "unsupported_format"
    assert "PDF" in refusal.value.hint


def test_a_key_opens_the_service(tmp_path):
    with served(tmp_path, api_keys=(ApiKey("acme", KEY),)) as place:
        with Client(place.url, KEY) as client:
            assert list(client.tasks()) == []
        with Client(place.url) as stranger, pytest.raises(Refused) as refusal:
            list(stranger.tasks())
    assert refusal.value.code == "unauthorized"


def test_nobody_there_is_said_soon_and_clearly():
    with Client(f"http://127.0.0.1:{_free_port()}", patience_seconds=0.1) as client:
        with pytest.raises(Unreachable, match="nobody answers") as problem:
            client.get("task_1")
        assert "pagemill serve" in problem.value.hint


class Busy(BaseHTTPRequestHandler):
    """A service that is busy twice, then takes what it gets."""

    bodies: list[int]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.bodies.append(len(body))  # type: ignore[attr-defined]
        answer = b'{"code":"too_busy","detail":"full","hint":"wait"}'
        self.send_response(429 if len(self.server.bodies) < 3 else 418)  # type: ignore[attr-defined]
        self.send_header("Retry-After", "0")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


def test_a_busy_service_is_asked_again_with_the_whole_file():
    with HTTPServer(("127.0.0.1", 0), Busy) as server:
        server.bodies = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            with Client(f"http://127.0.0.1:{server.server_port}") as client, pytest.raises(Refused) as refusal:
                client.submit(io.BytesIO(b"x" * 50_000), file_name="a.txt")
        finally:
            server.shutdown()
            thread.join()
        assert refusal.value.status == 418
        assert len(set(server.bodies)) == 1  # type: ignore[attr-defined]
        assert len(server.bodies) == 3  # type: ignore[attr-defined]


def test_what_is_no_pagemill_is_told_apart():
    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Other) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        with Client(f"http://127.0.0.1:{server.server_port}") as client, pytest.raises(Refused, match="Pagemill"):
            client.get("task_1")
        thread.join()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
