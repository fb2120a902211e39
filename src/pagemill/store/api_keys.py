"""The port of the keys in the database. A key's secret never comes here, only its hash.

All verbs raise `TransientError` when the database cannot be reached and the writes `StoreFull` when it has no room. Every write is
one transaction and can be repeated: an answer that got lost is asked again and says the same.
"""

from typing import Protocol

import msgspec

from pagemill.domain.access import Scope

MOST_LIVE_KEYS = 10_000
"""So many are looked up by every process that checks keys, every few seconds."""


class NewApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key to keep: `hash` is the SHA-256 of the whole key in hexadecimal, `expires_in` seconds, None for never."""

    id: str
    tenant: str
    name: str
    scopes: frozenset[Scope]
    hash: str
    expires_in: float | None = None


class StoredApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key's row. `last_used_at` is right to a minute; times are epoch seconds."""

    id: str
    tenant: str
    name: str
    scopes: frozenset[Scope]
    hash: str
    created_at: float
    expires_at: float | None
    last_used_at: float | None
    revoked_at: float | None


class LiveApiKeys(msgspec.Struct, frozen=True):
    """The keys that open something now, and whether there ever was one, live or not."""

    keys: tuple[StoredApiKey, ...]
    ever: bool


class ApiKeys(Protocol):
    """Keys by the public id that stands in each of them."""

    async def create(self, key: NewApiKey) -> StoredApiKey:
        """Keeps a key; one whose id is known is returned as it is. Raises `RequestError` over 10,000 live keys."""
        ...

    async def revoke(self, key_id: str) -> StoredApiKey:
        """Shuts a key out for good; its row stays. Raises `NotFound`."""
        ...

    async def note_use(self, key_id: str) -> None:
        """Notes that the key was used now, unless that was noted within the last minute."""
        ...

    async def live(self) -> LiveApiKeys:
        """All keys that are neither revoked nor expired."""
        ...

    async def keys(self, before: str, limit: int) -> tuple[StoredApiKey, ...]:
        """A page of all keys, newest first, below the id `before` ('' for the first page)."""
        ...
