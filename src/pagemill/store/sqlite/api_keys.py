"""The keys on SQLite."""

from functools import lru_cache
from typing import Any

import msgspec

from pagemill.domain.access import Scope
from pagemill.domain.errors import NotFound, RequestError
from pagemill.store.api_keys import MOST_LIVE_KEYS, LiveApiKeys, NewApiKey, StoredApiKey
from pagemill.store.sqlite.connection import Connection, Row
from pagemill.store.sqlite.reader import Reader
from pagemill.store.sqlite.rows import AFTER_ALL_IDS, text
from pagemill.store.sqlite.transaction import Transaction
from pagemill.store.sqlite.writer import Writer

USE_PAUSE_SECONDS = 60.0

_scopes = lru_cache(maxsize=64)(msgspec.json.Decoder(frozenset[Scope]).decode)


class SqliteApiKeys:
    """`store.api_keys.ApiKeys` on SQLite."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    async def create(self, key: NewApiKey) -> StoredApiKey:
        """See `ApiKeys.create`."""
        return await self._writer.run(lambda transaction: _create(transaction, key))

    async def revoke(self, key_id: str) -> StoredApiKey:
        """See `ApiKeys.revoke`."""
        return await self._writer.run(lambda transaction: _revoke(transaction, key_id))

    async def note_use(self, key_id: str) -> None:
        """See `ApiKeys.note_use`."""
        values = {"id": key_id, "pause_seconds": USE_PAUSE_SECONDS}
        await self._writer.run(lambda transaction: transaction.run("note_api_key_use", **values))

    async def live(self) -> LiveApiKeys:
        """See `ApiKeys.live`."""
        return await self._reader.run(_live)

    async def keys(self, before: str, limit: int) -> tuple[StoredApiKey, ...]:
        """See `ApiKeys.keys`."""
        values = {"before": before or AFTER_ALL_IDS, "keys": limit}
        return tuple(map(_key_of, await self._reader.run(lambda snapshot: snapshot.run("api_keys", values))))


def _create(transaction: Transaction, key: NewApiKey) -> StoredApiKey:
    known = transaction.run("api_key", id=key.id)
    if not known:
        _refuse_too_many(transaction)
        transaction.run("insert_api_key", **_values(key))
        known = transaction.run("api_key", id=key.id)
    return _key_of(known[0])


def _refuse_too_many(transaction: Transaction) -> None:
    ((live,),) = transaction.run("count_live_api_keys", bound=MOST_LIVE_KEYS)
    if live >= MOST_LIVE_KEYS:
        raise RequestError(f"there are {live} live keys, and that is the most", hint="Revoke those that nobody uses.")


def _revoke(transaction: Transaction, key_id: str) -> StoredApiKey:
    transaction.run("revoke_api_key", id=key_id)
    found = transaction.run("api_key", id=key_id)
    if not found:
        raise NotFound(f"There is no key {key_id}")
    return _key_of(found[0])


def _live(snapshot: Connection) -> LiveApiKeys:
    keys = tuple(map(_key_of, snapshot.run("live_api_keys", {"keys": MOST_LIVE_KEYS})))
    return LiveApiKeys(keys, ever=snapshot.run("any_api_key")[0][0] == 1)


def _values(key: NewApiKey) -> dict[str, Any]:
    return msgspec.structs.asdict(key) | {"scopes": text(sorted(key.scopes))}


def _key_of(row: Row) -> StoredApiKey:
    return StoredApiKey(
        id=row[0],
        tenant=row[1],
        name=row[2],
        scopes=_scopes(row[3]),
        hash=row[4],
        created_at=row[5],
        expires_at=row[6],
        last_used_at=row[7],
        revoked_at=row[8],
    )
