"""Large and broken bodies, on a real socket: nothing is held in memory, nothing half-received stays."""

import asyncio
import resource
from collections.abc import AsyncIterator, Callable

import httpx2
import pytest

from pagemill.domain.limits import Limits
from tests.faces.world import World, listening, opened

pytestmark = pytest.mark.anyio
MB = 1024 * 1024
PIECE = b"x" * MB
PATIENCE_SECONDS = 60


async def _large(megabytes: int) -> AsyncIterator[bytes]:
    yield b"%PDF-1.7\n"
    for _ in range(megabytes):
        yield PIECE


async def _form(megabytes: int) -> AsyncIterator[bytes]:
    yield b'--cut\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    async for piece in _large(megabytes):
        yield piece
    yield b'\r\n--cut\r\nContent-Disposition: form-data; name="options"\r\n\r\n{"mode":"fast"}\r\n--cut--\r\n'


@pytest.mark.slow
async def test_an_upload_is_never_held_in_memory(world: World):
    async with (
        listening(world) as (_, port),
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as http,
    ):
        await http.put("/v1/tasks", content=_large(1))
        before = _peak_megabytes()
        raw = await http.put("/v1/tasks", content=_large(200))
        headers = {"Content-Type": "multipart/form-data; boundary=cut"}
        form = await http.post("/v1/tasks", content=_form(200), headers=headers)
        back = await http.get(f"/v1/tasks/{raw.json()['id']}/input", headers={"Range": "bytes=-5"})
    assert _peak_megabytes() - before < 40
    assert raw.json()["input_bytes"] == form.json()["input_bytes"] == 200 * MB + 9
    assert form.json()["options"]["mode"] == "fast"
    assert back.content == b"xxxxx"


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.parametrize("chunked", [True, False])
async def test_a_body_that_is_cut_off_leaves_nothing_behind(world: World, chunked: bool):
    head = b"PUT /v1/tasks?file_name=a.pdf HTTP/1.1\r\nHost: localhost\r\n"
    framing = b"Transfer-Encoding: chunked\r\n\r\n200000\r\n" if chunked else b"Content-Length: 3000000\r\n\r\n"
    async with listening(world) as (host, port):
        _, writer = await asyncio.open_connection(host, port)
        writer.write(head + framing + b"%PDF-1.7\n" + PIECE)
        await writer.drain()
        await _until(world.files)
        writer.close()
        await writer.wait_closed()
        await _until(lambda: not world.files())
        assert (await world.http.get("/v1/tasks")).json()["tasks"] == []


async def test_a_sender_of_too_much_is_told_so_before_it_has_sent_everything(tmp_path):
    async with opened(tmp_path, limits=Limits(max_file_bytes=40 * MB)) as world, listening(world) as (host, port):
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(
            b"PUT /v1/tasks HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999\r\nExpect: 100-continue\r\n\r\n"
        )
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert (await reader.readline()).startswith(b"HTTP/1.1 413")
        writer.close()


async def test_a_refused_sender_can_finish_and_reads_the_refusal(world: World):
    async def unsupported() -> AsyncIterator[bytes]:
        yield b"\x1f\x8b\x08" + b"\x00" * 10_000
        for _ in range(4):
            yield PIECE

    async with (
        listening(world) as (_, port),
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as http,
    ):
        answer = await http.put("/v1/tasks", content=unsupported(), params={"file_name": "a.docx"})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_format")
    assert "gzip" in answer.json()["detail"]
    assert world.files() == []


async def test_stopping_answers_those_who_wait(world: World):
    task = await world.submit()
    async with httpx2.AsyncClient(timeout=60) as http:
        async with listening(world) as (_, port):
            address = f"http://127.0.0.1:{port}/v1/tasks/{task['id']}?wait=60"
            waiting = asyncio.create_task(http.get(address))
            await _until(lambda: task["id"] in world.service.wakeups.ends._bells)
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert (await waiting).json()["status"] == "queued"


async def _until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not true():  # noqa: ASYNC110 - what happens on the disk rings no bell
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("part", ["webhook", "colour"])
async def test_a_part_that_is_not_built_is_refused_by_name_also_in_a_body_that_came_at_once(world: World, part: str):
    async with (
        listening(world) as (_, port),
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as http,
    ):
        answer = await http.post("/v1/tasks", files={"file": ("a.md", b"# Hello")}, data={part: "http://example.org"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert part in answer.json()["detail"]
