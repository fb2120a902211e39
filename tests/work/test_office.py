"""LibreOffice in a worker: it dies with it, by its deadlines, and whoever is killed first."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from pagemill.blobs.folder import FolderBlobs
from pagemill.domain.formats import DOC, DOCX
from pagemill.domain.outcome import DocumentReady, LossCause, Lost
from pagemill.domain.task import Pool
from pagemill.work.attempt import run_attempt
from pagemill.work.local.executor import LocalExecutor
from pagemill.work.local.memory import resident_bytes
from pagemill.work.local.pool import PoolSettings
from tests.office import office, old_word_file, word_file
from tests.work.claims import INPUT, MEBIBYTE, assignment, job, spec
from tests.work.workshop import alive, until

__all__ = ["office"]
pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.usefixtures("office")]


@pytest.fixture
def old_file(tmp_path):
    return old_word_file(tmp_path / "old.doc", "A paragraph.")


@pytest.fixture
def executor(tmp_path, old_file):
    """One worker, and an old Word file in its blobs."""

    @asynccontextmanager
    async def started():
        blobs = FolderBlobs(tmp_path / "blobs")
        blobs.put(INPUT, old_file.read_bytes())
        made = LocalExecutor(blobs, {Pool.TEXT: PoolSettings(slots=1)})
        await made.start()
        try:
            yield made
        finally:
            await made.stop()

    return started


def halted_office(of: psutil.Process) -> psutil.Process | None:
    """The LibreOffice that a process has started, stopped so that it can neither finish nor clean up."""
    found = [process for process in of.children(recursive=True) if named(process) == "soffice.bin"]
    for process in found:
        process.suspend()
    return found[0] if found else None


def named(process: psutil.Process) -> str:
    try:
        return process.name()
    except psutil.NoSuchProcess:
        return ""


async def seen_office(of: psutil.Process) -> psutil.Process:
    found: list[psutil.Process] = []

    def see() -> bool:
        halted = halted_office(of)
        if halted is not None:
            found.append(halted)
        return bool(found)

    await until(see)
    return found[0]


def converting(file: Path) -> subprocess.Popen:
    """A process of its own that converts the file, beside it."""
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(file.parent)}
    return subprocess.Popen([sys.executable, "-m", "tests.work.converting", str(file)], env=surroundings)


def attempt(**allowance):
    return assignment(job(), spec("old.doc", media_type=DOC), **allowance)


async def test_a_page_deadline_kills_a_conversion_that_hangs(executor):
    async with executor() as running:
        outcome = asyncio.create_task(running.run(attempt(page_seconds=2.0), lambda: None))
        office_process = await seen_office(psutil.Process())
        lost = await outcome
        assert isinstance(lost, Lost)
        assert (lost.cause, lost.evidence.stage, lost.page) == (LossCause.DEADLINE, "convert", 1)
        await until(lambda: not alive(office_process.pid))


async def test_a_worker_that_dies_alone_takes_it_along(executor):
    async with executor() as running:
        outcome = asyncio.create_task(running.run(attempt(), lambda: None))
        office_process = await seen_office(psutil.Process())
        (worker,) = psutil.Process().children()
        worker.kill()
        assert isinstance(await outcome, Lost)
        await until(lambda: not alive(office_process.pid))


async def test_its_memory_is_counted_as_the_workers(executor):
    async with executor() as running:
        (worker,) = psutil.Process().children()
        before = resident_bytes(worker.pid)
        lost = await running.run(attempt(memory_bytes=before + 60 * MEBIBYTE), lambda: None)
        assert (lost.cause, lost.evidence.stage) == (LossCause.MEMORY, "convert")


async def test_it_dies_with_the_process_that_started_it_though_nobody_kills_it(old_file):
    with converting(old_file) as process:
        office_process = await seen_office(psutil.Process(process.pid))
        process.send_signal(signal.SIGKILL)
    await until(lambda: not alive(office_process.pid))


@pytest.mark.parametrize("kind", [DOC, DOCX])
async def test_an_attempt_gives_pictures_of_the_pages_that_its_segments_name(tmp_path, kind):
    blobs = FolderBlobs(tmp_path / "blobs")
    paragraphs = ("# A heading", "The first page says this.", "", "The second page says that.")
    make = old_word_file if kind == DOC else word_file
    blobs.put(INPUT, make(tmp_path / "file.office", *paragraphs).read_bytes())
    told: list[tuple[str, int]] = []
    outcome = run_attempt(
        assignment(job(), spec("a file", media_type=kind, page_images=True)), blobs, lambda *one: told.append(one)
    )
    assert isinstance(outcome, DocumentReady)
    document = json.loads(blobs.get(outcome.result_key + "document.json"))
    assert [(page["width"] > 0, page["image"]) for page in document["pages"]] == [
        (True, "pages/1.png"),
        (True, "pages/2.png"),
    ]
    assert [(segment["text"], segment["page"]) for segment in document["segments"]] == [
        ("A heading", 1),
        ("The first page says this.", 1),
        ("The second page says that.", 2),
    ]
    assert blobs.get(outcome.result_key + "pages/2.png").startswith(b"\x89PNG")
    assert told.count(("convert", 1)) == (2 if kind == DOC else 1)
