"""Blobs that no row knows are removed after two days, and no others."""

from pathlib import Path

import pytest

from pagemill.blobs.folder import FolderBlobs
from pagemill.dispatch.sweeper import Sweeper
from tests.store.world import World, new_file

pytestmark = pytest.mark.anyio

DAY_SECONDS = 86_400


def id_born_at(seconds: float, ending: str, prefix: str = "task_") -> str:
    return f"{prefix}{int(seconds * 1000):012x}{ending:0>20}"


async def test_only_old_blobs_without_a_row_are_removed(world: World, tmp_path: Path) -> None:
    now = world.clock.wall_seconds()
    stray, young, accepted = (id_born_at(now - days * DAY_SECONDS, str(days)) for days in (4, 1, 3))
    await world.queue.submit([world.submission(task_id=accepted)])
    blobs = FolderBlobs(tmp_path / "blobs")
    for task_id in (stray, young, accepted):
        blobs.put(f"{task_id}/input/file", b"bytes")
    assert await Sweeper(world.views, world.files, blobs).pass_once() == 1
    assert sorted(blob.key for blob in blobs.list("")) == sorted(f"{name}/input/file" for name in (accepted, young))


async def test_files_are_swept_by_the_same_rule_and_an_expired_one_is_left_to_the_pruner(
    world: World, tmp_path: Path
) -> None:
    now = world.clock.wall_seconds()
    stray, young, kept = (id_born_at(now - days * DAY_SECONDS, str(days), "file_") for days in (4, 1, 3))
    await world.files.add(new_file(world, kept, expires_in=1.0))
    world.clock.shift_seconds += 2.0
    blobs = FolderBlobs(tmp_path / "blobs")
    for file_id in (stray, young, kept):
        blobs.put(f"{file_id}/input/file", b"bytes")
    assert await Sweeper(world.views, world.files, blobs).pass_once() == 1
    assert sorted(blob.key for blob in blobs.list("")) == sorted(f"{name}/input/file" for name in (kept, young))
