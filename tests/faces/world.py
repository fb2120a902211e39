"""What a test of a face stands on: the real app over a real store and real blobs; the test itself plays the node."""

import asyncio
import socket
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

import httpx2
import uvicorn

from pagemill.base.clock import SystemClock
from pagemill.blobs.folder import FolderBlobs
from pagemill.domain.cost import Pace
from pagemill.domain.errors import Fault, Problem
from pagemill.domain.fairness import Wish
from pagemill.domain.outcome import DocumentReady, Failed, Outcome
from pagemill.domain.task import Claim, Pool
from pagemill.faces.http.app import create_app
from pagemill.intake.service import Service
from pagemill.store.queue import Answer, NewNode, Settlement
from pagemill.store.sqlite.engine import SqliteStore
from pagemill.store.wakeup import Wakeups

PATIENCE_SECONDS = 60
Answered = TypeVar("Answered")
ADDRESS = "http://127.0.0.1:8000"
RESULT = {
    "document.json": b'{"page_count":1}',
    "document.md": "# Grüße\n".encode(),
    "document.html": "<h1>Grüße</h1>".encode(),
    "document.txt": "Grüße\n".encode(),
    "chunks.jsonl": b'{"id":"c1"}\n{"id":"c2"}\n',
}


class World:
    """A service, a client of its app, and a node that does what the test says."""

    def __init__(self, folder: Path, service: Service) -> None:
        self.folder = folder
        self.service = service
        self.app = create_app(service)
        self.http = httpx2.AsyncClient(transport=httpx2.ASGITransport(self.app), base_url=ADDRESS)
        self._owner = 0

    async def submit(self, content: bytes = b"# Hello\n", name: str = "a.md", **fields: str) -> dict[str, Any]:
        answer = await self.http.post("/v1/tasks", files={"file": (name, content)}, data=fields)
        assert answer.status_code == 202, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def get(self, task_id: str, **query: Any) -> dict[str, Any]:
        body: dict[str, Any] = (await self.http.get(f"/v1/tasks/{task_id}", params=query)).json()
        return body

    async def claim(self) -> Claim:
        """The next job, on the node that the test plays."""
        if not self._owner:
            self._owner = await self.service.queue.join(NewNode("boot", "host", sole=True))
        wishes = {pool: [Wish(entry.flow, 1) for entry in await self.service.views.backlog(pool, 10)] for pool in Pool}
        return (await self.service.queue.settle_and_claim(self._owner, [], wishes)).claims[0]

    async def settle(self, claim: Claim, outcome: Outcome) -> Answer:
        settlement = Settlement(claim.lease, claim.spec, outcome, 0.5, Pace())
        return (await self.service.queue.settle_and_claim(self._owner, [settlement], {})).answers[0]

    async def finish(self, claim: Claim | None = None, blobs: Mapping[str, bytes] = RESULT) -> None:
        """The claimed job (the next one, without) becomes a document of one page."""
        claim = claim or await self.claim()
        for name, content in blobs.items():
            self.service.blobs.put(claim.output_key + name, content)
        outcome = DocumentReady(result_key=claim.output_key, page_count=1)
        assert await self.settle(claim, outcome) is Answer.SETTLED

    async def fail(self, code: str = "corrupt_file", claim: Claim | None = None) -> None:
        problem = Problem(code, "page tree is broken", "Save it anew.")
        await self.settle(claim or await self.claim(), Failed(fault=Fault.DOCUMENT, problem=problem))

    def blobs(self) -> set[str]:
        return {blob.key for blob in self.service.blobs.list("")}

    def files(self) -> list[Path]:
        """Every file under the blobs, unfinished ones included."""
        return [path for path in (self.folder / "blobs").rglob("*") if path.is_file()]


@asynccontextmanager
async def opened(folder: Path, **settings: Any) -> AsyncIterator[World]:
    """A world in this folder; `settings` go to the service."""
    wakeups, clock = Wakeups(), SystemClock()
    store = SqliteStore(folder / "pagemill.db", clock, wakeups)
    await store.open()
    settings = {"expects_node": False} | settings
    service = Service(
        queue=store.queue,
        views=store.views,
        stored_keys=store.api_keys,
        files=store.files,
        blobs=FolderBlobs(folder / "blobs"),
        wakeups=wakeups,
        clock=clock,
        **settings,
    )
    world = World(folder, service)
    try:
        yield world
    finally:
        await world.http.aclose()
        await store.close()


class QuietServer(uvicorn.Server):
    """uvicorn that leaves the test's signals alone."""

    def capture_signals(self) -> AbstractContextManager[None]:
        return nullcontext()


@asynccontextmanager
async def listening(world: World, grace_seconds: int = 5) -> AsyncIterator[tuple[str, int]]:
    """The app on a real socket; yields host and port, and stops as the service would."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            world.app, log_level="warning", lifespan="off", timeout_graceful_shutdown=grace_seconds, server_header=False
        )
        server = QuietServer(config)
        running = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield listener.getsockname()
        finally:
            world.service.stopping.set()
            server.should_exit = True
            await running


class Served:
    """A world behind a socket, in a thread of its own, for callers that do not speak asyncio."""

    def __init__(self, world: World, port: int, loop: asyncio.AbstractEventLoop) -> None:
        self.world = world
        self.url = f"http://127.0.0.1:{port}"
        self._loop = loop

    def run(self, step: Coroutine[Any, Any, Answered]) -> Answered:
        """Does something in the world, on its own loop."""
        return asyncio.run_coroutine_threadsafe(step, self._loop).result(PATIENCE_SECONDS)

    def start(self, step: Coroutine[Any, Any, Answered]) -> Future[Answered]:
        """The same, without waiting for it."""
        return asyncio.run_coroutine_threadsafe(step, self._loop)


@contextmanager
def served(folder: Path, **settings: Any) -> Iterator[Served]:
    """Opens a world in this folder behind a free port."""
    opening: Future[Served] = Future()
    closing: list[asyncio.Event] = []

    async def live() -> None:
        async with opened(folder, **settings) as world, listening(world, grace_seconds=1) as (_, port):
            closing.append(asyncio.Event())
            opening.set_result(Served(world, port, asyncio.get_running_loop()))
            await closing[0].wait()

    def live_and_tell() -> None:
        try:
            asyncio.run(live())
        except BaseException as error:
            if not opening.done():
                opening.set_exception(error)
            raise

    folder.mkdir(exist_ok=True)
    thread = Thread(target=live_and_tell)
    thread.start()
    place = opening.result(PATIENCE_SECONDS)
    try:
        yield place
    finally:
        place._loop.call_soon_threadsafe(closing[0].set)
        thread.join(PATIENCE_SECONDS)
