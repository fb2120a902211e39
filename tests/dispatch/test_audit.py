"""Uploaded files are looked at with the tasks: their bytes must be there, as many as the row says."""

import asyncio
from pathlib import Path

import pytest

from pagemill.blobs.folder import FolderBlobs
from pagemill.blobs.port import BlobInfo
from pagemill.dispatch.audit import audit_files
from tests.store.world import World, new_file

pytestmark = pytest.mark.anyio


async def test_a_file_without_its_bytes_is_found_and_a_whole_one_is_clean(world: World, tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path / "blobs")
    for number, size in enumerate((120, 119, 0)):
        file = await world.files.add(new_file(world, f"file_{number}"))
        if size:
            blobs.put(file.blob_key, b"x" * size)
    assert [(finding.task_id, finding.what) async for finding in audit_files(world.views, blobs)] == [
        ("file_1", "the blob file_1/input/file has 119 bytes instead of 120"),
        ("file_2", "the blob file_2/input/file is missing"),
    ]


async def test_a_file_that_is_deleted_while_it_is_looked_at_is_not_wrong(world: World, tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()

    class DeletedMeanwhile(FolderBlobs):
        def info(self, key: str) -> BlobInfo:
            asyncio.run_coroutine_threadsafe(world.files.delete(["file_1"]), loop).result()
            return super().info(key)

    await world.files.add(new_file(world))
    assert [finding async for finding in audit_files(world.views, DeletedMeanwhile(tmp_path / "blobs"))] == []
