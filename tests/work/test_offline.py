"""A file's whole journey without a store: the same promises as with one."""

import asyncio
import json
from contextlib import asynccontextmanager

import psutil
import pytest

from pagemill.blobs.folder import FolderBlobs
from pagemill.domain.options import parse_options
from pagemill.domain.task import Pool, TaskState
from pagemill.work.executor import Allowance
from pagemill.work.local.executor import ATTEMPT, LocalExecutor
from pagemill.work.local.pool import PoolSettings
from pagemill.work.offline import OfflineFile, Workplace, process
from tests.work.claims import MEBIBYTE
from tests.work.made import PASSWORD, encrypted, pdf
from tests.work.workshop import until

pytestmark = [pytest.mark.anyio, pytest.mark.long]

ALLOWANCE = Allowance(page_seconds=60.0, job_seconds=120.0, memory_bytes=2_048 * MEBIBYTE)
POISONED = "tests.work.poisoned:run"
MISBEHAVING = "tests.work.misbehaving:run"


@asynccontextmanager
async def workplace(folder, work=ATTEMPT):
    blobs = FolderBlobs(folder / "blobs")
    model = PoolSettings(slots=1, resting_bytes=800 * MEBIBYTE)
    executor = LocalExecutor(blobs, {Pool.TEXT: PoolSettings(slots=2), Pool.MODEL: model}, work=work)
    await executor.start()
    try:
        yield Workplace(executor=executor, blobs=blobs, allowance=lambda job: ALLOWANCE)
    finally:
        await executor.stop()


def file(folder, name: str, content: bytes, **options) -> OfflineFile:
    path = folder / name
    path.write_bytes(content)
    return OfflineFile(path=path, media_type="application/pdf", options=parse_options(options))


def document(place, result) -> dict:
    return json.loads(place.blobs.get(result.result_key + "document.json"))


async def test_a_file_comes_out_whole_and_is_left_as_it_was(tmp_path):
    async with workplace(tmp_path) as place:
        wanted = file(tmp_path, "my report (final).pdf", pdf("Alpha", "Beta"))
        result = await process(wanted, place)
        assert (result.state, result.pages, result.pages_done) == (TaskState.SUCCEEDED, 2, 2)
        assert document(place, result)["file_name"] == "my report (final).pdf"
        assert wanted.path.read_bytes() == pdf("Alpha", "Beta")


async def test_a_password_opens_the_file_and_is_not_written_anywhere(tmp_path):
    async with workplace(tmp_path) as place:
        result = await process(file(tmp_path, "locked.pdf", encrypted(pdf("Alpha")), password=PASSWORD), place)
        assert result.state is TaskState.SUCCEEDED
        assert not [
            path for path in place.blobs.root.rglob("*") if path.is_file() and PASSWORD.encode() in path.read_bytes()
        ]


@pytest.mark.slow
async def test_scanned_pages_go_to_the_models_and_come_back_in_their_place(tmp_path):
    told = []
    async with workplace(tmp_path) as place:
        wanted = file(tmp_path, "mixed.pdf", pdf("Alpha", "scan one", "Gamma", "scan two", "scan three", "scan four"))
        result = await process(wanted, place, lambda done, total: told.append((done, total)))
        pages = document(place, result)["pages"]
    assert [page["source"] for page in pages] == ["native", "ocr", "native", "ocr", "ocr", "ocr"]
    assert told[0] == (2, 6)
    assert told[-1] == (6, 6)


async def test_a_damaged_file_fails_at_once_with_its_code(tmp_path):
    async with workplace(tmp_path) as place:
        result = await process(file(tmp_path, "broken.pdf", b"%PDF-1.7 nothing"), place)
        assert (result.state, result.problem.code, result.result_key) == (TaskState.FAILED, "corrupt_file", "")


async def test_a_page_that_kills_its_worker_is_found_and_left_out_if_the_user_says_so(tmp_path):
    async with workplace(tmp_path, POISONED) as place:
        content = pdf(*(f"Page {number}" for number in range(1, 8)))
        result = await process(file(tmp_path, "poison-3.pdf", content, error_handling="continue"), place)
        assert (result.state, result.partial) == (TaskState.SUCCEEDED, True)
        assert (result.pages, result.pages_done) == (7, 6)
        found = document(place, result)
        assert found["failed_pages"] == [3]
        assert [page["number"] for page in found["pages"] if "error" not in page] == [1, 2, 4, 5, 6, 7]


async def test_a_page_that_kills_its_worker_fails_the_file_by_name_otherwise(tmp_path):
    async with workplace(tmp_path, POISONED) as place:
        result = await process(file(tmp_path, "poison-2.pdf", pdf("Alpha", "Beta", "Gamma")), place)
        assert result.state is TaskState.FAILED
        assert (result.problem.code, result.problem.page) == ("crashed", 2)
        assert (result.problem.evidence.signal, result.problem.evidence.stage) == ("SIGSEGV", "read")


async def test_a_poisoned_file_does_not_harm_its_neighbours(tmp_path):
    async with workplace(tmp_path, POISONED) as place:
        innocent = [file(tmp_path, f"poison-99-{number}.pdf", pdf("Alpha")) for number in range(3)]
        guilty = file(tmp_path, "poison-1.pdf", pdf("Alpha"))
        results = await asyncio.gather(*(process(one, place) for one in (*innocent, guilty, *innocent)))
        assert [result.state is TaskState.SUCCEEDED for result in results] == [True] * 3 + [False] + [True] * 3
        assert results[3].problem.code == "crashed"


async def test_cancelling_kills_what_runs(tmp_path):
    async with workplace(tmp_path, MISBEHAVING) as place:
        before = {child.pid for child in psutil.Process().children()}
        running = asyncio.create_task(process(file(tmp_path, "hang", b"x"), place))
        await until(lambda: place.executor.room()[Pool.TEXT].free_slots == 1)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        await until(lambda: {child.pid for child in psutil.Process().children()} - before)
        assert place.executor.room()[Pool.TEXT].free_slots == 2


async def test_a_file_that_is_not_done_by_its_deadline_has_timed_out(tmp_path):
    async with workplace(tmp_path, MISBEHAVING) as place:
        result = await process(file(tmp_path, "hang", b"x", deadline_seconds=1), place)
        assert (result.state, result.problem.code) == (TaskState.FAILED, "timed_out")
        assert result.seconds >= 1.0
