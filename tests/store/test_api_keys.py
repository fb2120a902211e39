"""Keys in the database: hashes only, shut for good once revoked."""

import msgspec
import pytest

from pagemill.domain.access import Scope
from pagemill.domain.errors import NotFound, RequestError
from pagemill.store import api_keys
from pagemill.store.api_keys import NewApiKey
from tests.store.world import World

pytestmark = pytest.mark.anyio
MINUTE = 60.0


def new_key(key_id: str = "a1", **more: object) -> NewApiKey:
    key = NewApiKey(id=key_id, tenant="acme", name="build", scopes=frozenset({Scope.READ, Scope.WRITE}), hash="0" * 64)
    return msgspec.structs.replace(key, **more)


async def live_ids(world: World) -> list[str]:
    return [key.id for key in (await world.api_keys.live()).keys]


async def test_a_key_comes_back_as_it_was_kept(world):
    key = await world.api_keys.create(new_key(expires_in=3600.0))
    assert (key.tenant, key.name, key.scopes, key.hash) == ("acme", "build", {Scope.READ, Scope.WRITE}, "0" * 64)
    assert key.expires_at == pytest.approx(key.created_at + 3600.0)
    assert (key.last_used_at, key.revoked_at) == (None, None)
    assert await world.api_keys.keys("", 10) == (key,)
    assert (await world.api_keys.live()).keys == (key,)


async def test_a_key_whose_answer_was_lost_is_kept_once_and_unchanged(world):
    key = await world.api_keys.create(new_key())
    assert await world.api_keys.create(new_key(name="other")) == key


async def test_a_revoked_key_opens_nothing_and_its_row_says_when(world):
    await world.api_keys.create(new_key())
    revoked = await world.api_keys.revoke("a1")
    world.clock.shift_seconds += MINUTE
    assert await world.api_keys.revoke("a1") == revoked
    assert revoked.revoked_at is not None
    assert await live_ids(world) == []
    assert await world.api_keys.keys("", 10) == (revoked,)
    with pytest.raises(NotFound, match="a2"):
        await world.api_keys.revoke("a2")


async def test_an_expired_key_opens_nothing(world):
    await world.api_keys.create(new_key(expires_in=MINUTE))
    await world.api_keys.create(new_key("a2"))
    world.clock.shift_seconds += MINUTE
    assert await live_ids(world) == ["a2"]


async def test_it_is_known_that_there_was_a_key_once(world):
    assert (await world.api_keys.live()).ever is False
    await world.api_keys.create(new_key())
    await world.api_keys.revoke("a1")
    assert (await world.api_keys.live()).ever is True


async def test_use_is_noted_once_a_minute(world):
    await world.api_keys.create(new_key())
    moments = []
    for seconds in (0.0, 10.0, MINUTE):
        world.clock.shift_seconds += seconds
        await world.api_keys.note_use("a1")
        moments.append((await world.api_keys.live()).keys[0].last_used_at)
    assert moments[0] == moments[1] == pytest.approx(moments[2] - MINUTE - 10.0, abs=5.0)
    await world.api_keys.note_use("unknown")


async def test_keys_are_listed_a_page_at_a_time_newest_first(world):
    for number in range(5):
        await world.api_keys.create(new_key(f"k{number}"))
    first = await world.api_keys.keys("", 3)
    assert [key.id for key in first] == ["k4", "k3", "k2"]
    assert [key.id for key in await world.api_keys.keys("k2", 3)] == ["k1", "k0"]


async def test_there_is_an_end_to_live_keys_but_not_to_revoked_ones(world, monkeypatch):
    for module in (api_keys, pytest.importorskip("pagemill.store.sqlite.api_keys")):
        monkeypatch.setattr(module, "MOST_LIVE_KEYS", 2)
    for key_id in ("a1", "a2"):
        await world.api_keys.create(new_key(key_id))
    with pytest.raises(RequestError, match="2 live keys"):
        await world.api_keys.create(new_key("a3"))
    await world.api_keys.revoke("a1")
    await world.api_keys.create(new_key("a3"))
