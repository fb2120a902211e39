"""What the client sends again and what not, against a server that answers, keeps silent or hangs up as the test says."""

import asyncio
import io
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import NamedTuple

import pytest

from pagemill.client import AsyncClient, Client, ClientError, Refused, Unreachable

pytestmark = pytest.mark.long

HANG_UP = 0
ENOUGH = 418


class Heard(NamedTuple):
    """What a request looked like to the server."""

    method: str
    body_bytes: int
    idempotency_key: str | None


class Handler(BaseHTTPRequestHandler):
    """Gives the next answer of the server's list to whatever comes."""

    server: "Scripted"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.heard.append(Heard(self.command, len(body), self.headers["Idempotency-Key"]))
        status, retry_after = self.server.answers[len(self.server.heard) - 1]
        if status == HANG_UP:
            self.close_connection = True
            return
        answer = b'{"code":"too_busy","detail":"full","hint":"wait"}'
        self.send_response(status)
        self.send_header("Retry-After", retry_after)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815 - the base class's names

    def log_message(self, *_: object) -> None:
        """Says nothing."""


class Scripted(HTTPServer):
    """Answers, each a status and a Retry-After, in order."""

    def __init__(self, answers: Sequence[tuple[int, str]]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = answers
        self.heard: list[Heard] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


@contextmanager
def answering(*answers: tuple[int, str]) -> Iterator[Scripted]:
    """A server in a thread of its own."""
    with Scripted(answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def test_a_busy_service_is_asked_again_with_the_whole_file_and_the_same_key(capfd):
    with answering((429, "0"), (503, "0"), (HANG_UP, ""), (ENOUGH, "")) as server, Client(server.url) as client:
        with pytest.raises(Refused) as refusal:
            client.submit(io.BytesIO(b"x" * 50_000), file_name="a.txt")
        assert refusal.value.status == ENOUGH
        assert len(server.heard) == 4
        assert len({heard.body_bytes for heard in server.heard}) == 1
        assert len({heard.idempotency_key for heard in server.heard} - {None}) == 1
    assert capfd.readouterr() == ("", "")


def test_so_does_the_other_client(capfd):
    async def submit(url: str) -> None:
        async with AsyncClient(url) as client:
            await client.submit(b"x" * 50_000, file_name="a.txt")

    with answering((429, "0"), (HANG_UP, ""), (ENOUGH, "")) as server:
        with pytest.raises(Refused):
            asyncio.run(submit(server.url))
        assert len(set(server.heard)) == 1
    assert len(server.heard) == 3
    assert capfd.readouterr() == ("", "")


def test_what_may_have_been_done_is_not_done_twice():
    for call in (
        lambda client: client.task("task_1").change({"mode": "fast"}),
        lambda client: client.task("task_1").delete(),
        lambda client: client.create_key("a"),
        lambda client: client.upload(b"x", "a.txt"),
        lambda client: client.bulk_delete(everything=True),
    ):
        with answering((503, "0"), (HANG_UP, ""), (ENOUGH, "")) as server, Client(server.url) as client:
            with pytest.raises(Unreachable, match=r"broke"):
                call(client)
            assert len(server.heard) == 2


def test_what_does_no_harm_is_asked_until_it_is_answered():
    for call in (
        lambda client: client.get("task_1"),
        lambda client: client.task("task_1").cancel(),
        lambda client: client.drain(7),
        lambda client: client.bulk_delete(everything=True, dry_run=True),
    ):
        with answering((HANG_UP, ""), (ENOUGH, "")) as server, Client(server.url) as client:
            with pytest.raises(Refused):
                call(client)
            assert len(server.heard) == 2


def test_a_wait_that_is_longer_than_the_patience_is_not_begun():
    with answering((429, "3600")) as server, Client(server.url, patience_seconds=5) as client:
        with pytest.raises(Refused) as refusal:
            client.get("task_1")
        assert (refusal.value.retry_after, len(server.heard)) == (3600, 1)


def test_what_is_no_pagemill_is_told_apart():
    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Other) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        with (
            Client(f"http://127.0.0.1:{server.server_port}") as client,
            pytest.raises(Refused, match=r"Is that address a Pagemill service"),
        ):
            client.get("task_1")
        thread.join()
    with pytest.raises(ClientError, match=r"is no address"), Client("no address") as client:
        client.get("task_1")
