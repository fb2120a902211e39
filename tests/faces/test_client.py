"""The client, against the real service on a real socket."""

import io
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from pagemill.client import Client, Form, Refused, TaskFailed, Timeout, Unreachable
from pagemill.domain.document import BBox, Chunk, Document, Page, Segment, SegmentType, TextSource
from pagemill.domain.task import TaskState
from pagemill.intake.service import ApiKey
from tests.faces.world import RESULT, Served, served

pytestmark = pytest.mark.long

KEY = "a-long-and-secret-key"
DOCUMENT = Document(
    file_name="a.md",
    media_type="text/markdown",
    page_count=1,
    pages=(Page(1, 595, 842, TextSource.NATIVE),),
    segments=(Segment("s1", SegmentType.TITLE, 1, BBox(0, 0, 100, 20), "Grüße\N{LINE SEPARATOR}!", "# Grüße"),),
    chunks=(Chunk("c1", "Grüße\N{LINE SEPARATOR}!", 2, ("s1",), (1,)),),
)
WHOLE_RESULT = RESULT | {
    "document.json": msgspec.json.encode(DOCUMENT),
    "chunks.jsonl": msgspec.json.encode(DOCUMENT.chunks[0]) + b"\n",
}


@pytest.fixture
def place(tmp_path):
    with served(tmp_path / "service") as place:
        yield place


@pytest.fixture
def client(place: Served):
    with Client(place.url) as client:
        yield client


def test_a_file_goes_in_and_its_result_comes_out(place: Served, client: Client, tmp_path):
    file = tmp_path / "notes.md"
    file.write_bytes(b"# notes\n" * 100_000)
    task = client.submit(file, options={"mode": "fast"}, metadata={"case": 7}, priority="high")
    assert (task.status, task.ended, task.file_name) == (TaskState.QUEUED, False, "notes.md")
    assert (task.options["mode"], task.options["priority"], task.metadata) == ("fast", "high", {"case": 7})
    finishing = place.start(place.world.finish())
    assert task.wait(timeout_seconds=60) is task
    finishing.result()
    assert (task.status, task.ended, task.progress.pages_done) == (TaskState.SUCCEEDED, True, 1)
    assert task.created_at <= task.finished_at <= datetime.now(UTC) + timedelta(seconds=1)


def test_a_result_is_read_in_every_form(place: Served, client: Client):
    task = client.submit(b"# a", file_name="a.md")
    place.run(place.world.finish(blobs=WHOLE_RESULT))
    assert task.result() == DOCUMENT
    assert task.json() == msgspec.json.decode(msgspec.json.encode(DOCUMENT))
    assert list(task.chunks()) == list(DOCUMENT.chunks)
    assert task.markdown().encode() == task.read("md") == RESULT["document.md"]
    assert task.html().encode() == task.read(Form.HTML) == RESULT["document.html"]
    assert task.text().encode() == RESULT["document.txt"]


def test_a_result_is_saved_in_the_form_that_the_name_says(place: Served, client: Client, tmp_path):
    task = client.submit(b"# a", file_name="a.md")
    place.run(place.world.finish(blobs=WHOLE_RESULT))
    for name, blob in (("a.md", "document.md"), ("a.json", "document.json"), ("a.jsonl", "chunks.jsonl")):
        assert task.save(tmp_path / name).read_bytes() == WHOLE_RESULT[blob]
    assert task.save(str(tmp_path / "a.out"), "html").read_bytes() == RESULT["document.html"]
    with pytest.raises(ValueError, match=r"name the form"):
        task.save(tmp_path / "b.out")
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.parametrize("kind", ["path", "string", "bytes", "file", "pipe"])
def test_a_file_may_be_given_in_any_way(client: Client, tmp_path, kind: str):
    file = tmp_path / "a.md"
    file.write_bytes(b"# a\n" * 50_000)
    with file.open("rb") as opened, piped(file.read_bytes()) as pipe:
        opened.read(5)
        given = {"path": file, "string": str(file), "bytes": file.read_bytes(), "file": opened, "pipe": pipe}[kind]
        task = client.submit(given, file_name="" if kind == "path" else "b.md")
    assert task.raw["input_bytes"] == 200_000
    assert task.file_name == ("a.md" if kind == "path" else "b.md")


def test_content_without_a_name_and_nothing_at_all_are_refused_before_anything_is_sent(client: Client):
    for given in ({"file": b"# a"}, {"file": io.BytesIO(b"# a")}, {}, {"file": "a.md", "file_id": "file_1"}):
        with pytest.raises(TypeError, match=r"file_name|file_id"):
            client.submit(**given)
    with pytest.raises(FileNotFoundError):
        client.submit("nowhere.pdf")
    assert list(client.tasks()) == []


def test_the_same_idempotency_key_gives_the_same_task(client: Client):
    first = client.submit(b"# a", file_name="a.md", idempotency_key="upload-7")
    again = client.submit(b"# a", file_name="a.md", idempotency_key="upload-7")
    other = client.submit(b"# a", file_name="a.md")
    assert first.id == again.id != other.id


def test_tasks_can_be_listed_cancelled_retried_changed_and_deleted(client: Client):
    tasks = [client.submit(b"# a", file_name=f"{number}.md") for number in range(3)]
    assert [task.id for task in client.tasks()] == [task.id for task in tasks][::-1]
    assert [task.id for task in client.tasks(query="1.md", status="queued")] == [tasks[1].id]
    assert list(client.tasks(created_after=datetime.now(UTC) + timedelta(days=1))) == []
    assert tasks[0].cancel().status is TaskState.CANCELLED
    assert tasks[0].retry().status is TaskState.QUEUED
    assert tasks[0].change({"mode": "fast"}).options["mode"] == "fast"
    tasks[0].delete()
    with pytest.raises(Refused) as refusal:
        tasks[0].refresh()
    assert (refusal.value.status, refusal.value.code) == (404, "not_found")
    assert refusal.value.hint


def test_a_task_is_taken_up_by_its_id_without_asking(place: Served, client: Client):
    task_id = client.submit(b"# a", file_name="a.md").id
    with Client("http://127.0.0.1:9") as nowhere:
        task = nowhere.task(task_id)
        assert (task.id, task.ended) == (task_id, False)
        with pytest.raises(Exception, match=r"refresh\(\)"):
            _ = task.status
    place.run(place.world.finish())
    assert client.task(task_id).wait(60).markdown() == client.get(task_id).markdown()


def test_tasks_come_back_in_the_order_of_their_ends(place: Served, client: Client):
    async def end_in_another_order() -> None:
        claims = [await place.world.claim() for _ in tasks]
        for claim in (claims[2], claims[0], claims[1]):
            await place.world.finish(claim)

    tasks = [client.submit(b"# a", file_name=f"{number}.md") for number in range(3)]
    working = place.start(end_in_another_order())
    assert {task.id for task in client.as_completed(tasks, timeout_seconds=60)} == {task.id for task in tasks}
    working.result()
    assert [task.id for task in client.as_completed(tasks)] == [task.id for task in tasks]


def test_waiting_too_long_says_for_which_task(client: Client):
    task = client.submit(b"# a", file_name="a.md")
    for waiting in (lambda: task.wait(timeout_seconds=0), lambda: list(client.as_completed([task], 0.2))):
        with pytest.raises(Timeout, match=task.id) as timeout:
            waiting()
        assert isinstance(timeout.value, TimeoutError)


def test_a_failed_task_has_a_reason_instead_of_a_result(place: Served, client: Client, tmp_path):
    task = client.submit(b"# a", file_name="a.md")
    with pytest.raises(Refused) as refusal:
        task.markdown()
    assert refusal.value.code == "result_not_ready"
    place.run(place.world.fail())
    for read in (task.result, task.markdown, lambda: task.save(tmp_path / "a.md")):
        with pytest.raises(TaskFailed) as failure:
            read()
        assert (failure.value.code, failure.value.message) == ("corrupt_file", "page tree is broken")
        assert (failure.value.hint, failure.value.page, failure.value.task_id) == ("Save it anew.", 0, task.id)
    assert not (tmp_path / "a.md").exists()
    assert task.error.code == "corrupt_file"


def test_a_cancelled_task_says_so_instead_of_a_result(client: Client):
    task = client.submit(b"# a", file_name="a.md").cancel()
    with pytest.raises(TaskFailed) as failure:
        task.text()
    assert failure.value.code == "cancelled"


def test_events_tell_the_whole_story_and_end_with_it(place: Served, client: Client):
    task = client.submit(b"# a", file_name="a.md")
    finishing = place.start(place.world.finish())
    events = list(task.events())
    finishing.result()
    assert [event.kind for event in events] == ["submitted", "started", "succeeded"]
    assert list(task.events(after=events[1].id)) == events[2:]


def test_a_refused_file_says_what_to_do(client: Client):
    with pytest.raises(Refused) as refusal:
        client.submit(b"\x7fELF" + bytes(100), file_name="a.docx")
    assert refusal.value.code == "unsupported_format"
    assert refusal.value.hint


def test_address_and_key_come_from_the_environment(tmp_path, monkeypatch):
    with served(tmp_path, api_keys=(ApiKey("acme", KEY),)) as place:
        monkeypatch.setenv("PAGEMILL_URL", place.url)
        with Client() as stranger, pytest.raises(Refused) as refusal:
            list(stranger.tasks())
        monkeypatch.setenv("PAGEMILL_API_KEY", KEY)
        with Client() as client:
            assert list(client.tasks()) == []
        with Client(api_key="") as stranger, pytest.raises(Refused):
            list(stranger.tasks())
    assert refusal.value.code == "unauthorized"


def test_threads_may_share_a_client(client: Client):
    with ThreadPoolExecutor(4) as threads:
        tasks = list(threads.map(lambda number: client.submit(b"# a", file_name=f"{number}.md"), range(8)))
    assert len({task.id for task in tasks}) == 8


def test_nobody_there_is_said_soon_and_clearly():
    with Client("http://127.0.0.1:9", patience_seconds=0.1) as client:
        with pytest.raises(Unreachable, match=r"nobody answers") as problem:
            client.get("task_1")
        assert "pagemill serve" in problem.value.hint
        with pytest.raises(Timeout, match=r"nobody answers"):
            client.task("task_1").wait(timeout_seconds=0.2)


@contextmanager
def piped(content: bytes) -> Iterator[io.BufferedReader]:
    """The reading end of a pipe that somebody writes to."""
    reading, writing = os.pipe()

    def write() -> None:
        with os.fdopen(writing, "wb") as pipe, suppress(BrokenPipeError):
            pipe.write(content)

    thread = threading.Thread(target=write)
    thread.start()
    with os.fdopen(reading, "rb") as pipe:
        yield pipe
    thread.join()
