"""The sweep takes what has no row and never will, and nothing else."""

import pytest

from pagemill.blobs.folder import FolderBlobs
from pagemill.blobs.garbage import STRAY_AFTER_SECONDS, born_at, sweep

NOW = 1_790_000_000.0


def task_id(age_seconds: float, number: int = 0) -> str:
    return f"task_{int((NOW - age_seconds) * 1_000):012x}{number:020x}"


def test_an_id_tells_when_it_was_made():
    assert born_at(task_id(90.0)) == pytest.approx(NOW - 90.0, abs=0.001)
    with pytest.raises(ValueError, match="not the id of a task"):
        born_at("task_1")


def test_only_old_tasks_without_a_row_are_swept(tmp_path):
    blobs = FolderBlobs(tmp_path)
    old, stray, young = task_id(STRAY_AFTER_SECONDS + 60), task_id(STRAY_AFTER_SECONDS + 60, 1), task_id(3_600)
    for owner in (old, stray, young, "something-else"):
        blobs.put(f"{owner}/input/file", b"x")
    assert sweep(blobs, lambda ids: {old} & set(ids), NOW) == 1
    assert {blob.key.partition("/")[0] for blob in blobs.list("")} == {old, young, "something-else"}


def test_the_database_is_asked_in_batches(tmp_path):
    blobs, asked = FolderBlobs(tmp_path), []
    for number in range(510):
        place = tmp_path / task_id(STRAY_AFTER_SECONDS * 2, number) / "file"
        place.parent.mkdir()
        place.write_bytes(b"")
    assert sweep(blobs, lambda ids: asked.append(len(ids)) or set(), NOW) == 510
    assert asked == [500, 10]


def test_what_a_killed_upload_left_half_written_is_swept_too(tmp_path):
    blobs = FolderBlobs(tmp_path)
    killed = tmp_path / task_id(STRAY_AFTER_SECONDS + 60) / "input" / ".file.0a1b"
    killed.parent.mkdir(parents=True)
    killed.write_bytes(b"half")
    assert list(blobs.list("")) == []
    assert sweep(blobs, lambda _: set(), NOW) == 1
    assert list(tmp_path.iterdir()) == []
