"""Slow senders: they are waited for as long as they go on, and not a moment longer."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest

from pagemill.faces.http import patience
from pagemill.faces.http.patience import BodyPatience
from tests.faces.world import World, listening, opened

pytestmark = [pytest.mark.anyio, pytest.mark.long]
PATIENCE_SECONDS = 60
POST = b"POST /v1/tasks HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"


def test_a_body_may_stand_still_for_its_seconds_and_no_longer():
    body = BodyPatience(seconds=30.0, began_at=100.0)
    assert body.left_seconds(100.0) == 30.0
    assert body.left_seconds(130.0) == 0.0


def test_every_kilobyte_earns_a_second():
    body = BodyPatience(seconds=30.0, began_at=0.0, received_bytes=600 * 1024)
    assert body.left_seconds(500.0) == 30.0
    assert body.left_seconds(625.0) == 5.0


def test_a_byte_now_and_then_earns_nothing():
    assert BodyPatience(seconds=30.0, began_at=0.0, received_bytes=60).left_seconds(60.0) < 0


@pytest.mark.parametrize(
    ("head", "start"),
    [
        (b"PUT /v1/tasks?file_name=a.md HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n", b"# Hello"),
        (b"PUT /v1/tasks HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n", b"7\r\n# Hello\r\n"),
        (
            POST + b"Content-Type: multipart/form-data; boundary=cut\r\n\r\n",
            b'--cut\r\nContent-Disposition: form-data; name="file"; filename="a.md"\r\n\r\n# Hel',
        ),
        (
            POST + b"Content-Type: application/json\r\n\r\n",
            b'{"source": ',
        ),
    ],
    ids=["raw", "chunked", "multipart", "json"],
)
async def test_a_body_that_stands_still_is_given_up_and_leaves_nothing_behind(tmp_path, head: bytes, start: bytes):
    async with opened(tmp_path, body_seconds=0.2) as world, listening(world) as (host, port):
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(head + start)
        async with asyncio.timeout(PATIENCE_SECONDS):
            answer = await reader.readuntil(b"}")
        writer.close()
        assert answer.startswith(b"HTTP/1.1 408")
        assert b'"code":"body_timeout"' in answer
        assert world.files() == []


async def test_a_slow_sender_that_goes_on_is_served(tmp_path):
    async def drop_by_drop() -> AsyncIterator[bytes]:
        for _ in range(10):
            await asyncio.sleep(0.05)
            yield b"x" * 1024

    async with opened(tmp_path, body_seconds=0.4) as world, listening(world) as (_, port):
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:
            answer = await http.put("/v1/tasks", content=drop_by_drop(), params={"file_name": "a.txt"})
        assert (answer.status_code, answer.json()["input_bytes"]) == (202, 10 * 1024)


@pytest.mark.parametrize("start", [b"", b"GET /livez HTTP/1.1\r\nHost: loc"], ids=["silent", "half a head"])
async def test_a_head_that_does_not_come_is_not_waited_for(world: World, monkeypatch: pytest.MonkeyPatch, start: bytes):
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.1)
    async with listening(world) as (host, port):
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(start)
        async with asyncio.timeout(PATIENCE_SECONDS):
            with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
                await reader.readexactly(1)
        writer.close()


async def test_a_long_answer_is_not_taken_for_a_head_that_does_not_come(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.1)
    task = await world.submit()
    async with (
        listening(world) as (_, port),
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as http,
    ):
        answer = await http.get(f"/v1/tasks/{task['id']}?wait=1")
    assert answer.json()["status"] == "queued"
