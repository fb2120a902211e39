"""`python -m benchmarks.polling`: whether the work is slower while 200 clients wait for their tasks.

A real service works off the same small files several times, in turn with and without clients that each wait for one of the tasks
(`GET /v1/tasks/{id}?wait=30`, asked again until it has ended). The node is drained while the files are submitted, so both begin with
a full queue. The report is Markdown, on standard output.
"""

import argparse
import asyncio
import re
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import httpx2
import msgspec

from benchmarks.service import Running, running_service
from samples.large import make_large_pdf

CONNECTIONS = 300
TEXT = "Some words about something.\n" * 20
SUBMITTERS = 8
LOOK_EVERY_SECONDS = 0.5
PAGE = 200
TIMEOUT_SECONDS = 120.0
NOT_FINISHED = b'"finished_at":null'
CONTENT_LENGTH = re.compile(rb"(?i)content-length: (\d+)")


class Drain(msgspec.Struct, frozen=True):
    """One time of working everything off: seconds from the first start to the last end, and CPU seconds of the service."""

    seconds: float
    cpu_seconds: float


class Files(msgspec.Struct, frozen=True):
    """What is submitted: `tasks` files with this content, or Markdown files of 500 bytes without one."""

    tasks: int
    content: bytes = b""

    def file(self, number: int) -> tuple[str, bytes]:
        """Name and content of one of them."""
        if self.content:
            return f"{number}.pdf", self.content
        return f"{number}.md", f"# Note {number}\n\n{TEXT}".encode()


def main() -> None:
    """Measures and prints the report."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.polling", description="Measures work beside waiting clients."
    )
    parser.add_argument("--tasks", type=int, default=1500)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--pages", type=int, default=0, help="PDFs of so many pages instead of Markdown files")
    asked = parser.parse_args()
    with running_service() as service:
        files = Files(asked.tasks, pdf_of(asked.pages) if asked.pages else b"")
        rounds = asyncio.run(measure(service, files, asked.clients, asked.rounds))
    sys.stdout.write(report(rounds, files, asked.clients) + "\n")


def pdf_of(pages: int) -> bytes:
    """A PDF of so many text pages."""
    with tempfile.TemporaryDirectory() as folder:
        return make_large_pdf(Path(folder) / "work.pdf", pages, 0).read_bytes()


async def measure(service: Running, files: Files, clients: int, rounds: int) -> list[tuple[Drain, Drain]]:
    """Pairs (without, with clients), in an order that alternates."""
    limits = httpx2.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    async with httpx2.AsyncClient(base_url=service.address, limits=limits, timeout=TIMEOUT_SECONDS) as http:
        await drain(service, http, Files(files.tasks // 4, files.content), 0)
        pairs = []
        for number in range(rounds):
            order = (0, clients) if number % 2 == 0 else (clients, 0)
            found = {waiting: await drain(service, http, files, waiting) for waiting in order}
            pairs.append((found[0], found[clients]))
        return pairs


async def drain(service: Running, http: httpx2.AsyncClient, files: Files, clients: int) -> Drain:
    """Fills the queue, lets the clients wait, and lets the node work."""
    node = (await _json(http, "GET", "/v1/nodes"))["nodes"][0]["id"]
    await _json(http, "POST", f"/v1/nodes/{node}/drain", json={"drain": True})
    ids = await _submit(http, files)
    step = max(1, files.tasks // max(1, clients))
    waiting = [asyncio.create_task(_wait(service.address, task_id)) for task_id in ids[::step][:clients]]
    await asyncio.sleep(1.0)
    cpu_seconds = -service.cpu_seconds()
    await _json(http, "POST", f"/v1/nodes/{node}/drain", json={"drain": False})
    await _until_idle(http)
    await asyncio.gather(*waiting)
    cpu_seconds += service.cpu_seconds()
    return Drain(await _seconds(http, ids), cpu_seconds)


async def _submit(http: httpx2.AsyncClient, files: Files) -> list[str]:
    numbers = iter(range(files.tasks))
    ids: list[str] = []

    async def send() -> None:
        for number in numbers:
            name, content = files.file(number)
            answer = await http.put("/v1/tasks", params={"file_name": name}, content=content)
            answer.raise_for_status()
            ids.append(answer.json()["id"])

    await asyncio.gather(*(send() for _ in range(SUBMITTERS)))
    return sorted(ids)


async def _wait(address: str, task_id: str) -> None:
    """A client that costs next to nothing itself: it shares the machine with the service."""
    host = urlsplit(address)
    reader, writer = await asyncio.open_connection(host.hostname, host.port)
    answer = NOT_FINISHED
    while NOT_FINISHED in answer:
        writer.write(f"GET /v1/tasks/{task_id}?wait=30 HTTP/1.1\r\nHost: {host.netloc}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = CONTENT_LENGTH.search(head)
        answer = await reader.readexactly(int(length[1]) if length else 0)
    writer.close()
    await writer.wait_closed()


async def _until_idle(http: httpx2.AsyncClient) -> None:
    while True:
        live = (await _json(http, "GET", "/v1/stats"))["tasks"]
        if live["queued"] + live["running"] == 0:
            return
        await asyncio.sleep(LOOK_EVERY_SECONDS)


async def _seconds(http: httpx2.AsyncClient, ids: Sequence[str]) -> float:
    wanted, started, finished = set(ids), [], []
    cursor: str | None = ""
    while cursor is not None:
        page = await _json(http, "GET", "/v1/tasks", params={"limit": str(PAGE), "cursor": cursor})
        own = [task for task in page["tasks"] if task["id"] in wanted]
        started += [datetime.fromisoformat(task["started_at"]) for task in own]
        finished += [datetime.fromisoformat(task["finished_at"]) for task in own]
        cursor = page["next_cursor"] if own else None
    return (max(finished) - min(started)).total_seconds()


async def _json(http: httpx2.AsyncClient, method: str, path: str, **more: Any) -> Any:
    answer = await http.request(method, path, **more)
    answer.raise_for_status()
    return answer.json()


def report(pairs: list[tuple[Drain, Drain]], files: Files, clients: int) -> str:
    """The table for docs/benchmarks.md."""
    lines = [
        f"{files.tasks} {'PDFs' if files.content else 'Markdown files'}, with and without {clients} clients that wait.",
        "",
        "| Round | Alone | With clients | Ratio | CPU alone | CPU with clients | Ratio |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(_row(str(number), alone, beside) for number, (alone, beside) in enumerate(pairs, 1)),
    ]
    middle = [
        Drain(median(drain.seconds for drain in column), median(drain.cpu_seconds for drain in column))
        for column in zip(*pairs, strict=True)
    ]
    return "\n".join([*lines, _row("median", *middle)])


def _row(name: str, alone: Drain, beside: Drain) -> str:
    time = f"{alone.seconds:.2f} s | {beside.seconds:.2f} s | {beside.seconds / alone.seconds:.3f}"
    cpu = f"{alone.cpu_seconds:.2f} s | {beside.cpu_seconds:.2f} s | {beside.cpu_seconds / alone.cpu_seconds:.3f}"
    return f"| {name} | {time} | {cpu} |"


if __name__ == "__main__":
    main()
