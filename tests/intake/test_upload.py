"""Bytes on their way to a blob."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator

import pytest

from pagemill.base.clock import SystemClock
from pagemill.blobs.folder import FolderBlobs
from pagemill.domain.errors import FileTooLarge, RequestError, UnsupportedFile
from pagemill.intake.upload import ReceivedFile, receiving

pytestmark = pytest.mark.anyio
MB = 1024 * 1024


@pytest.fixture
def blobs(tmp_path) -> FolderBlobs:
    return FolderBlobs(tmp_path)


async def _receive(
    blobs: FolderBlobs, name: str | None, pieces: Iterable[bytes] = (), limit: int = 100 * MB
) -> ReceivedFile:
    async with receiving(blobs, SystemClock(), limit) as upload:
        if name is not None:
            await upload.open(name)
        for piece in pieces:
            await upload.write(piece)
        return await upload.finish()


def files(blobs: FolderBlobs) -> list[str]:
    return [path.name for path in blobs.root.rglob("*") if path.is_file()]


async def test_what_arrives_in_pieces_is_stored_whole_and_described(blobs: FolderBlobs):
    content = b"# Title\n" + os.urandom(3 * MB).hex().encode()
    async with receiving(blobs, SystemClock(), 100 * MB) as upload:
        await upload.open("a/b.md")
        for start in range(0, len(content), 70_000):
            await upload.write(content[start : start + 70_000])
        assert not [blob for blob in blobs.list("") if blob.key.endswith("file")]
        received = await upload.finish()
    assert blobs.get(received.input_key) == content
    assert received.sha256 == hashlib.sha256(content).hexdigest()
    assert (received.size_bytes, received.file_name, received.media_type) == (len(content), "b.md", "text/markdown")
    assert received.input_key.startswith(received.owner_id)


async def test_a_file_over_the_limit_is_stopped_at_the_limit(blobs: FolderBlobs):
    with pytest.raises(FileTooLarge, match="2 MB"):
        await _receive(blobs, "a.md", [b"x" * MB] * 3, limit=2 * MB)
    assert files(blobs) == []


async def test_a_file_of_exactly_the_limit_is_taken(blobs: FolderBlobs):
    assert (await _receive(blobs, "a.md", [b"x" * MB], limit=MB)).size_bytes == MB


async def test_an_unknown_kind_is_refused_before_the_rest_has_come(blobs: FolderBlobs):
    def rest() -> Iterator[bytes]:
        yield b"PK\x03\x04" + b"\x00" * 10_000
        pytest.fail("the head should have told")

    with pytest.raises(UnsupportedFile):
        await _receive(blobs, "a.docx", rest())
    assert files(blobs) == []


@pytest.mark.parametrize("after_the_end", [False, True])
async def test_whatever_goes_wrong_nothing_is_left(blobs: FolderBlobs, after_the_end: bool):
    async def go_wrong() -> None:
        async with receiving(blobs, SystemClock(), MB) as upload:
            await upload.open("a.md")
            await upload.write(b"# a")
            if after_the_end:
                await upload.finish()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await go_wrong()
    assert files(blobs) == []


async def test_an_upload_without_a_file_is_refused(blobs: FolderBlobs):
    with pytest.raises(RequestError, match="no file"):
        await _receive(blobs, None)


async def test_only_the_owner_of_the_service_can_read_what_was_sent(blobs: FolderBlobs):
    received = await _receive(blobs, "a.md", [b"# a"])
    with blobs.local_file(received.input_key) as path:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
