"""Files that are uploaded once: rows of their own, whose blobs become garbage with them."""

import msgspec
import pytest

from pagemill.domain.errors import NotFound, RequestError
from tests.store.world import new_file

pytestmark = pytest.mark.anyio
HOUR = 3_600.0


async def test_a_file_comes_back_as_it_was_kept(world):
    given = new_file(world)
    file = await world.files.add(given)
    assert {**msgspec.structs.asdict(given), **msgspec.structs.asdict(file)} == {
        **msgspec.structs.asdict(file),
        "begun_at": given.begun_at,
        "expires_in": None,
    }
    assert file.expires_at is None
    assert await world.files.file("file_1") == file
    assert await world.views.audit_files("", 10) == (file,)


async def test_a_file_whose_answer_was_lost_is_kept_once_and_unchanged(world):
    file = await world.files.add(new_file(world))
    assert await world.files.add(new_file(world, file_name="other.pdf")) == file
    assert len(await world.files.files("acme", "", 10)) == 1


async def test_an_upload_begun_over_a_day_ago_is_refused(world):
    with pytest.raises(RequestError, match="24 hours"):
        await world.files.add(new_file(world, begun_at=world.clock.wall_seconds() - 25 * HOUR))
    assert await world.files.known(["file_1"]) == set()


async def test_a_deleted_file_is_gone_and_its_blobs_are_garbage(world):
    for number in range(3):
        await world.files.add(new_file(world, f"file_{number}"))
    assert set(await world.files.delete(["file_0", "file_2", "file_9", "file_0"])) == {"file_0", "file_2"}
    assert await world.files.delete(["file_0"]) == ()
    assert await world.garbage() == {"file_0/", "file_2/"}
    assert await world.files.known(["file_0", "file_1"]) == {"file_1"}
    with pytest.raises(NotFound, match="file_0"):
        await world.files.file("file_0")


async def test_an_expired_file_is_gone_at_once_and_its_row_at_the_next_pruning(world):
    await world.files.add(new_file(world, expires_in=HOUR))
    await world.files.add(new_file(world, "file_2", expires_in=3 * HOUR))
    world.clock.shift_seconds += 2 * HOUR
    with pytest.raises(NotFound):
        await world.files.file("file_1")
    assert [file.id for file in await world.files.files("acme", "", 10)] == ["file_2"]
    assert await world.files.known(["file_1"]) == {"file_1"}
    assert await world.queue.prune(10) == 1
    assert await world.files.known(["file_1"]) == set()
    assert await world.garbage() == {"file_1/"}
    assert await world.queue.prune(10) == 0


async def test_a_tenant_sees_its_own_files_a_page_at_a_time_newest_first(world):
    for number in range(4):
        await world.files.add(new_file(world, f"file_{number}"))
    await world.files.add(new_file(world, "file_9", tenant="globex"))
    assert [file.id for file in await world.files.files("acme", "", 3)] == ["file_3", "file_2", "file_1"]
    assert [file.id for file in await world.files.files("acme", "file_1", 3)] == ["file_0"]
    assert [file.id for file in await world.views.audit_files("file_1", 2)] == ["file_2", "file_3"]
