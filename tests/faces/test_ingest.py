"""`pagemill ingest`: what is put into the folder comes back read or refused, once each, whoever is killed when."""

import asyncio
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from pagemill.faces.cli.ingest.folder import Folder, FolderBusy
from pagemill.faces.cli.ingest.run import POLL_SECONDS, Ended, Ingest, Wanted
from pagemill.faces.client import Client, ClientError, Form
from tests.faces.command import run, start
from tests.faces.world import RESULT, Served, served

pytestmark = pytest.mark.long

WANTED = Wanted(options={}, forms=(Form.MARKDOWN, Form.JSON), at_once=3)
TORN = b"%PDF-1.7\nno more"


class Inbox:
    """A folder, a service beside it, and runs of `ingest` that do not wait between two looks."""

    def __init__(self, root: Path, place: Served) -> None:
        self.root = root
        self.place = place
        self.ended: list[Ended] = []
        self.away: list[ClientError] = []
        root.mkdir()

    def put(self, name: str, content: bytes = b"# a") -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def once(self, wanted: Wanted = WANTED, pause: Callable[[float], None] = lambda _: None) -> Ingest:
        folder = Folder(self.root)
        folder.open()
        try:
            with Client(self.place.url) as client:
                done = Ingest(client, folder, wanted, self.ended.append, self.away.append, pause=pause)
                done.once()
                return done
        finally:
            folder.close()

    def files(self) -> set[str]:
        """Everything in the folder but what `ingest` keeps for itself."""
        every = (path.relative_to(self.root) for path in self.root.rglob("*") if path.is_file())
        return {str(name) for name in every if name.parts[0] != ".pagemill"}

    def tasks(self) -> list[str]:
        with Client(self.place.url) as client:
            return [task.file_name for task in client.tasks()]


async def work_for_ever(place: Served) -> None:
    """A node that reads everything but files whose name says that they are torn."""
    service = place.world.service
    while True:
        heard = service.wakeups.work.rings
        while (await service.views.counts()).ready:
            claim = await place.world.claim()
            if "torn" in claim.spec.file_name:
                await place.world.fail(claim=claim)
            else:
                await place.world.finish(claim)
        await service.pause(service.wakeups.work, heard, 0.2)
        if service.stopping.is_set():
            return


@pytest.fixture
def place(tmp_path) -> Iterator[Served]:
    with served(tmp_path / "service") as place:
        working = place.start(work_for_ever(place))
        yield place
        working.cancel()


@pytest.fixture
def inbox(tmp_path, place) -> Inbox:
    return Inbox(tmp_path / "in", place)


def test_files_are_moved_away_with_their_results(inbox):
    inbox.put("a.md")
    inbox.put("sub/b.md", b"# b")
    inbox.once()
    names = ("a.md", "sub/b.md")
    assert inbox.files() == {f"done/{name}{suffix}" for name in names for suffix in ("", ".md", ".json")}
    assert (inbox.root / "done/sub/b.md").read_bytes() == b"# b"
    assert (inbox.root / "done/sub/b.md.md").read_bytes() == RESULT["document.md"]
    assert {str(ended.name) for ended in inbox.ended} == set(names)


def test_a_failed_and_a_refused_file_say_why(inbox):
    inbox.put("torn.md")
    inbox.put("empty.md", b"")
    inbox.once()
    assert inbox.files() == {"failed/torn.md", "failed/torn.md.error.json"} | {
        "failed/empty.md",
        "failed/empty.md.error.json",
    }
    torn = json.loads((inbox.root / "failed/torn.md.error.json").read_text())
    assert (torn["code"], torn["file"], torn["hint"]) == ("corrupt_file", "torn.md", "Save it anew.")
    assert torn["task_id"].startswith("task_")
    empty = json.loads((inbox.root / "failed/empty.md.error.json").read_text())
    assert (empty["code"], empty["task_id"]) == ("empty_file", "")


def test_only_complete_files_are_taken(inbox):
    inbox.put("growing.md")
    for name in ("a.pdf.part", "b.tmp", "c.crdownload", ".hidden", "sub/.d.md.swp"):
        inbox.put(name)
    done = inbox.once(pause=lambda _: inbox.put("growing.md", b"more"))
    assert (inbox.tasks(), done.unfinished) == ([], 1)
    inbox.once()
    assert inbox.tasks() == ["growing.md"]


def test_more_files_than_may_be_under_way_are_all_read(inbox):
    for number in range(10):
        inbox.put(f"{number}.md", b"# %d" % number)
    inbox.once()
    assert len(inbox.ended) == 10
    assert len(inbox.tasks()) == 10


def test_a_run_that_was_killed_is_taken_up_where_it_was(inbox):
    file = inbox.put("a.md")
    folder = Folder(inbox.root)
    folder.look()
    incoming = folder.incoming(folder.look()[0][0])
    assert incoming is not None
    with Client(inbox.place.url) as client:
        # Killed after the service had accepted the file, and before anything was noted in the folder.
        client.submit(
            file,
            file_name="a.md",
            metadata={"ingest": {"file": "a.md", "sha256": incoming.sha256}},
            idempotency_key=f"ingest-{incoming.key}",
        )
    inbox.once()
    assert inbox.tasks() == ["a.md"]
    # Killed after the results were written, and before the file was moved.
    (inbox.root / "done/a.md").rename(file)
    inbox.once()
    assert (inbox.tasks(), inbox.root.joinpath("done/a.md").exists()) == (["a.md"], True)


def test_a_file_of_the_same_name_does_not_replace_the_first_one(inbox):
    inbox.put("a.md", b"# one")
    inbox.once()
    inbox.put("a.md", b"# two")
    inbox.once()
    contents = sorted(path.read_bytes() for path in (inbox.root / "done").iterdir() if len(path.suffixes) == 1)
    assert contents == [b"# one", b"# two"]
    assert len(inbox.files()) == 6


def test_the_same_file_again_is_no_second_task(inbox):
    for _ in range(2):
        inbox.put("a.md", b"# one")
        inbox.once()
    assert (inbox.tasks(), len(inbox.files())) == (["a.md"], 3)


def test_a_failed_file_that_is_put_back_is_tried_again(inbox):
    inbox.put("torn.md")
    inbox.once()
    (inbox.root / "failed/torn.md").rename(inbox.root / "torn.md")
    inbox.once()
    assert (len(inbox.ended), inbox.tasks()) == (2, ["torn.md"])
    with Client(inbox.place.url) as client:
        assert [task.raw["revision"] for task in client.tasks()] == [2]


def test_a_file_whose_task_was_deleted_can_be_sent_again(inbox):
    inbox.put("a.md")
    inbox.once()
    with Client(inbox.place.url) as client:
        next(client.tasks()).delete()
    (inbox.root / "done/a.md").rename(inbox.root / "a.md")
    inbox.once()
    assert (inbox.tasks(), inbox.ended[-1].error) == (["a.md"], None)


def test_a_file_that_changes_while_it_is_read_is_read_again(tmp_path):
    with served(tmp_path / "service") as place:
        inbox = Inbox(tmp_path / "in", place)
        inbox.put("a.md", b"# one")
        working = []

        def change_it_before_it_is_read(seconds: float) -> None:
            if seconds == POLL_SECONDS and not working:
                inbox.put("a.md", b"# another one")
                working.append(place.start(work_for_ever(place)))

        inbox.once(pause=change_it_before_it_is_read)
        assert inbox.files() == {"a.md"}
        inbox.once()
        assert (inbox.root / "done/a.md").read_bytes() == b"# another one"
        assert inbox.files() == {"done/a.md", "done/a.md.md", "done/a.md.json"}
        working[0].cancel()


def test_a_name_of_any_bytes_is_taken(inbox):
    name = os.fsdecode(b"gr\xfc\xdfe.md")
    inbox.put(name)
    inbox.once()
    assert (inbox.root / "done" / name).exists()


def test_only_one_process_takes_files_from_a_folder(inbox):
    folder = Folder(inbox.root)
    folder.open()
    with pytest.raises(FolderBusy, match="another `pagemill ingest`"):
        Folder(inbox.root).open()
    code, _, err = run("ingest", inbox.root, url=inbox.place.url)
    folder.close()
    assert (code, "another `pagemill ingest` takes files" in err) == (2, True)


def test_the_command_tells_a_line_a_file_and_sums_up(inbox):
    inbox.put("a.md")
    inbox.put("torn.md")
    code, out, _ = run("ingest", inbox.root, "--format", "md", url=inbox.place.url)
    assert code == 1
    assert sorted(out.splitlines()) == [
        "1 files done, 1 failed",
        "done    a.md  1 pages",
        "failed  torn.md  page tree is broken [corrupt_file]",
    ]
    inbox.put("b.md")
    code, out, _ = run("ingest", inbox.root, "--json", url=inbox.place.url)
    told = json.loads(out)
    assert (code, told["file"], told["status"], told["error"]) == (0, "b.md", "done", None)
    assert set(told["results"]) == {
        str(inbox.root / f"done/b.md.{form}") for form in ("md", "html", "json", "chunks.jsonl")
    }


def test_wrong_options_are_nobody_elses_fault(inbox, tmp_path):
    inbox.put("a.md")
    (tmp_path / "options.json").write_text('{"colour": "red"}')
    code, _, err = run("ingest", inbox.root, "--options", tmp_path / "options.json", url=inbox.place.url)
    assert (code, "colour" in err, inbox.files()) == (1, True, {"a.md"})
    assert run("ingest", inbox.root, "--format", "docx")[0] == 2


def test_watching_goes_on_when_the_service_comes_back(inbox):
    inbox.put("a.md")
    folder, ended = Folder(inbox.root), inbox.ended
    folder.open()
    with Client("http://127.0.0.1:9", patience_seconds=0.01) as away:
        watching = Ingest(away, folder, WANTED, ended.append, inbox.away.append, clock=Quick(), pause=Rounds(4))
        with pytest.raises(Over):
            watching.forever()
    assert (len(inbox.away), inbox.files()) == (1, {"a.md"})
    with Client(inbox.place.url) as client:
        watching = Ingest(
            client, folder, WANTED, ended.append, inbox.away.append, clock=Quick(), pause=Rounds(1000, ended)
        )
        with pytest.raises(Over):
            watching.forever()
    folder.close()
    assert [str(one.name) for one in ended] == ["a.md"]


@pytest.mark.slow
def test_killed_at_any_instant_nothing_is_lost_and_nothing_is_done_twice(inbox):
    for number in range(60):
        inbox.put(f"{number % 3}/{number:02}{'-torn' if number % 10 == 0 else ''}.md", b"# %d" % number)
    chance = Random(7)
    for _ in range(8):
        running = start("ingest", inbox.root, "--watch", "--json", "--format", "md", url=inbox.place.url)
        seconds = 0.6 + chance.random() * 1.6
        asyncio.run(asyncio.sleep(seconds))
        running.kill()
        running.communicate()
    assert run("ingest", inbox.root, "--format", "md", url=inbox.place.url)[0] in (0, 1)
    files = {name for name in inbox.files() if name.count(".") == 1}
    assert files == {
        f"{'failed' if number % 10 == 0 else 'done'}/{number % 3}/{number:02}{'-torn' if number % 10 == 0 else ''}.md"
        for number in range(60)
    }
    results = {name for name in inbox.files() if name.endswith(".md.md")}
    assert results == {f"{name}.md" for name in files if name.startswith("done/")}
    assert len(inbox.tasks()) == 60


@pytest.mark.slow
def test_ctrl_c_ends_the_watching_without_a_word(inbox):
    inbox.put("a.md")
    watching = start("ingest", inbox.root, "--watch", "--json", url=inbox.place.url)
    assert watching.stdout is not None
    assert json.loads(watching.stdout.readline())["file"] == "a.md"
    watching.send_signal(signal.SIGINT)
    out, err = watching.communicate(timeout=10)
    assert (watching.returncode, out, err) == (130, "", "")


class Over(Exception):
    """The watching was long enough."""


class Rounds:
    """A pause that takes no time, and ends the watching after so many, or once `until` is not empty."""

    def __init__(self, most: int, until: list[Ended] | None = None) -> None:
        self._left = most
        self._until = until

    def __call__(self, _seconds: float) -> None:
        self._left -= 1
        if self._left < 0 or self._until:
            raise Over


class Quick:
    """A clock that goes on by a second whenever somebody looks at it."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def monotonic_seconds(self) -> float:
        self._seconds += 1.0
        return self._seconds

    def wall_seconds(self) -> float:
        return self._seconds
