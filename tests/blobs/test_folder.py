"""The folder of blobs: whole or absent, never outside, never silent about a full disk."""

import errno
import os
import pickle
import resource
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pagemill.blobs.folder import FolderBlobs
from pagemill.blobs.port import BlobMissing
from pagemill.domain.errors import StoreFull, TransientError

HAVE_TO_RUN = bool(os.environ.get("CI"))


@pytest.fixture
def blobs(tmp_path) -> FolderBlobs:
    return FolderBlobs(tmp_path / "blobs")


def keys(blobs: FolderBlobs, prefix: str = "") -> list[str]:
    return sorted(blob.key for blob in blobs.list(prefix))


def test_what_is_put_is_read_back_and_replaced(blobs):
    blobs.put("task_1/input/file", b"first")
    blobs.put("task_1/input/file", b"second")
    assert blobs.get("task_1/input/file") == b"second"
    with blobs.open("task_1/input/file") as file:
        file.seek(3)
        assert file.read() == b"ond"
    with blobs.local_file("task_1/input/file") as path:
        assert path.read_bytes() == b"second"
    assert blobs.info("task_1/input/file").size_bytes == 6


def test_a_child_gets_the_same_blobs_by_pickle(blobs):
    blobs.put("a/b", b"1")
    assert pickle.loads(pickle.dumps(blobs)).get("a/b") == b"1"


def test_what_is_not_there_is_named(blobs):
    for ask in (blobs.get, blobs.open, blobs.info):
        with pytest.raises(BlobMissing, match="task_1/nothing"):
            ask("task_1/nothing")
    with pytest.raises(BlobMissing), blobs.local_file("task_1/nothing"):
        pass


@pytest.mark.parametrize(
    "key",
    ["", "/etc/passwd", "../x", "a/../b", "a//b", "a/", ".hidden", "a/.hidden", "a\\b", "a b", "ä", "x" * 600, "a\n"],
)
def test_a_key_cannot_lead_outside_or_to_a_hidden_file(blobs, key):
    for use in (blobs.get, lambda key: blobs.put(key, b"")):
        with pytest.raises(ValueError, match="not a blob key"):
            use(key)


@pytest.mark.parametrize("prefix", ["", "/", "..", "../", "a/../b", "a//"])
def test_a_delete_cannot_reach_outside_or_take_everything(blobs, prefix):
    blobs.put("a/b", b"1")
    with pytest.raises(ValueError, match="not a blob key"):
        blobs.delete([prefix])
    assert keys(blobs) == ["a/b"]


def test_a_write_that_raises_leaves_no_trace(blobs):
    with pytest.raises(KeyError), blobs.write("task_1/a") as file:
        {}[file.write(b"half")]
    assert keys(blobs) == []
    assert list((blobs.root / "task_1").iterdir()) == []


def test_an_unfinished_write_is_not_seen_and_does_not_touch_the_old_blob(blobs):
    blobs.put("task_1/a", b"old")
    with blobs.write("task_1/a") as file:
        file.write(b"new")
        file.flush()
        assert blobs.get("task_1/a") == b"old"
        assert keys(blobs) == ["task_1/a"]
    assert blobs.get("task_1/a") == b"new"


def test_a_caller_keeps_its_own_errors(blobs):
    with pytest.raises(ConnectionResetError), blobs.write("task_1/a"):
        raise ConnectionResetError(errno.ECONNRESET, "the client hung up")
    with pytest.raises(FileNotFoundError), blobs.write("task_1/a"):
        Path("/nowhere/at/all").read_bytes()


def test_lists_and_deletes_go_by_prefix(blobs):
    for key in ("task_1/1/7/1/a.json", "task_1/1/7/1/pages/1.png", "task_1/1/7/12/a.json", "task_2/input/file"):
        blobs.put(key, b"x")
    assert keys(blobs, "task_1/1/7/1/") == ["task_1/1/7/1/a.json", "task_1/1/7/1/pages/1.png"]
    blobs.delete(["task_1/1/7/1/", "task_3/"])
    assert keys(blobs) == ["task_1/1/7/12/a.json", "task_2/input/file"]
    blobs.delete(["task_1"])
    assert keys(blobs) == ["task_2/input/file"]
    assert [entry.name for entry in blobs.root.iterdir()] == ["task_2"]


def test_a_delete_takes_unfinished_writes_along(blobs):
    folder = blobs.root / "task_1" / "1"
    folder.mkdir(parents=True)
    (folder / ".document.json.0011223344556677").write_bytes(b"half")
    blobs.delete(["task_1/"])
    assert not (blobs.root / "task_1").exists()


def test_an_adopted_file_is_read_in_place_and_outlives_its_blob(blobs, tmp_path):
    mine = tmp_path / "my own file.pdf"
    mine.write_bytes(b"mine")
    blobs.adopt("task_1/input/file", mine)
    assert blobs.get("task_1/input/file") == b"mine"
    blobs.delete(["task_1/"])
    assert mine.read_bytes() == b"mine"
    assert keys(blobs) == []


def test_writers_and_deletes_of_the_same_folder_do_not_trip_each_other(blobs):
    failures: list[BaseException] = []

    def write(name: str) -> None:
        for number in range(60):
            try:
                blobs.put(f"task_1/1/{name}/{number}", b"x")
            except BlobMissing:
                pass  # the delete came between the writer's rename and its sync: it took the blob, as it should
            except BaseException as problem:  # noqa: BLE001
                failures.append(problem)

    writers = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        blobs.delete(["task_1/"])
    assert failures == []
    blobs.delete(["task_1/"])
    assert keys(blobs) == []


def test_a_storage_that_fails_is_transient(blobs):
    blobs.root.parent.mkdir(exist_ok=True)
    blobs.root.write_bytes(b"a file where the folder should be")
    with pytest.raises(TransientError, match="task_1/a") as caught:
        blobs.put("task_1/a", b"x")
    assert not isinstance(caught.value, BlobMissing)


def put_too_much(root: str) -> str:
    """What a full disk does to a put, and what it leaves behind."""
    blobs = FolderBlobs(Path(root))
    blobs.put("task_1/small", b"x" * 1_000)
    try:
        blobs.put("task_1/large", b"x" * 4_000_000)
    except StoreFull as problem:
        left = sorted(path.name for path in Path(root).rglob("*") if path.is_file())
        return f"{problem.code} {left}"
    return "it was stored"


def test_a_file_that_may_not_grow_is_a_full_store_and_leaves_nothing(tmp_path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    try:
        assert put_too_much(str(tmp_path / "blobs")) == "storage_full ['small']"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def tiny_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], capture_output=True, text=True, check=False
    )
    if mounted.returncode and not HAVE_TO_RUN:
        pytest.skip(f"needs the right to mount: {mounted.stderr.strip()}")
    assert mounted.returncode == 0, mounted.stderr
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_full_disk_is_a_full_store_and_leaves_nothing(tiny_disk):
    assert put_too_much(str(tiny_disk / "blobs")) == "storage_full ['small']"


@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
def test_the_file_is_synced_before_its_rename_and_every_folder_after(tmp_path):
    program = (
        "from pathlib import Path; from pagemill.blobs.folder import FolderBlobs;"
        f"FolderBlobs(Path({str(tmp_path)!r}) / 'blobs').put('task_1/1/2/a', b'x')"
    )
    trace = tmp_path / "trace"
    subprocess.run(
        [
            "strace",
            "-f",
            "-y",
            "-e",
            "trace=fsync,rename,renameat,renameat2",
            "-o",
            trace,
            sys.executable,
            "-c",
            program,
        ],
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    calls = [line.split(maxsplit=1)[1] for line in trace.read_text().splitlines() if str(tmp_path) in line]
    folder = tmp_path / "blobs" / "task_1" / "1" / "2"
    assert calls[0].startswith("fsync")
    assert f"{folder}/.a." in calls[0]
    assert calls[1].startswith("rename")
    assert [call.partition("<")[2].partition(">")[0] for call in calls[2:]] == [
        str(folder),
        str(folder.parent),
        str(folder.parent.parent),
        str(tmp_path / "blobs"),
        str(tmp_path),
    ]


def test_a_copy_is_as_lasting_as_what_it_was_made_from_and_independent_of_it(blobs):
    blobs.put("file_1/input/file", b"bytes")
    for _ in range(2):  # asked again because the answer was lost
        blobs.copy("file_1/input/file", "task_1/input/file")
    blobs.delete(["file_1/"])
    assert blobs.get("task_1/input/file") == b"bytes"
    blobs.put("task_2/input/file", b"old")
    blobs.copy("task_1/input/file", "task_2/input/file")
    blobs.put("task_1/input/file", b"new")
    assert blobs.get("task_2/input/file") == b"bytes"
    assert sorted(path.name for path in blobs.root.rglob("*") if path.is_file()) == ["file", "file"]


def test_a_copy_of_what_is_not_there_leaves_nothing(blobs):
    with pytest.raises(BlobMissing, match="file_1"):
        blobs.copy("file_1/input/file", "task_1/input/file")
    assert keys(blobs) == []


def test_where_no_more_links_can_be_made_the_bytes_are_copied(blobs, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EMLINK, "too many links")

    blobs.put("file_1/input/file", b"bytes")
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    blobs.copy("file_1/input/file", "task_1/input/file")
    monkeypatch.undo()
    blobs.put("file_1/input/file", b"other")
    assert blobs.get("task_1/input/file") == b"bytes"
    assert blobs.root.joinpath("task_1/input/file").stat().st_nlink == 1


def test_a_copy_survives_a_delete_that_takes_its_folder_away(blobs):
    blobs.put("file_1/input/file", b"bytes")
    stop = threading.Event()

    def take_away():
        while not stop.is_set():
            blobs.delete(["task_0/"])

    thread = threading.Thread(target=take_away)
    thread.start()
    try:
        for number in range(100):
            blobs.copy("file_1/input/file", f"task_1/{number}/file")
    finally:
        stop.set()
        thread.join()
    assert len(keys(blobs, "task_1/")) == 100
