"""Who a key stands for: keys of the settings, and those in the database, which are looked up at most every 2 seconds.

A key in the database is `pm_`, its public id, `_`, and 256 random bits in hexadecimal. Only the SHA-256 of the whole is kept:
of so much randomness a plain hash tells nothing.
"""

import hashlib
import hmac
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import anyio

from pagemill.base.clock import Clock
from pagemill.domain.access import Caller, Scope
from pagemill.domain.errors import PagemillError, RequestError
from pagemill.store.api_keys import ApiKeys, LiveApiKeys, NewApiKey, StoredApiKey

LONGEST_AGE_SECONDS = 2.0
"""So long a revoked key may go on to work in another process than the one that revoked it."""

USE_PAUSE_SECONDS = 60.0
PREFIX = "pm"
_NOBODY = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True)
class ApiKey:
    """A key of the settings: opens everything for one tenant."""

    tenant: str
    key: str = field(repr=False)


class KeyRing:
    """All keys that open the API. While there are none, and never were any in the database, it is open."""

    def __init__(self, stored: ApiKeys, configured: Sequence[ApiKey], clock: Clock) -> None:
        self._stored = stored
        self._configured = [(key.tenant, _digest(key.key)) for key in configured]
        self._clock = clock
        self._live = LiveApiKeys((), ever=False)
        self._by_id: dict[str, StoredApiKey] = {}
        self._read_at: float | None = None
        self._reading = anyio.Lock()
        self._noted_at: dict[str, float] = {}

    async def is_open(self) -> bool:
        """Whether no key is needed."""
        if self._configured:
            return False
        await self._refresh()
        return not self._live.ever

    async def caller(self, given: str) -> Caller | None:
        """Whom this key stands for, or None; takes as long for a wrong secret as for the right one."""
        digest = _digest(given)
        tenants = [tenant for tenant, known in self._configured if hmac.compare_digest(digest, known)]
        if tenants:
            return Caller(tenants[0])
        await self._refresh()
        key = self._by_id.get(public_id(given))
        if not hmac.compare_digest(digest, key.hash if key else _NOBODY) or key is None:
            return None
        await self._note_use(key.id)
        return Caller(key.tenant, key.scopes)

    async def create(
        self, tenant: str, name: str, scopes: frozenset[Scope], expires_in: float | None
    ) -> tuple[StoredApiKey, str]:
        """A new key and its secret, which nobody can be told again.

        Raises `RequestError` for a first key without the scope `admin`: nobody could make another one.
        """
        if Scope.ADMIN not in scopes and await self.is_open():
            raise RequestError(
                "the first key needs the scope `admin`", hint="With it, make keys that may do less; see docs/how-to."
            )
        key_id = f"{int(self._clock.wall_seconds() * 1000):011x}{os.urandom(4).hex()}"
        secret = f"{PREFIX}_{key_id}_{os.urandom(32).hex()}"
        new = NewApiKey(id=key_id, tenant=tenant, name=name, scopes=scopes, hash=_digest(secret), expires_in=expires_in)
        key = await self._stored.create(new)
        self._read_at = None
        return key, secret

    async def revoke(self, key_id: str) -> StoredApiKey:
        """Shuts a key out: here at once, in other processes within 2 seconds. Raises `NotFound`."""
        key = await self._stored.revoke(key_id)
        self._read_at = None
        return key

    async def _refresh(self) -> None:
        async with self._reading:
            now = self._clock.monotonic_seconds()
            if self._read_at is not None and now - self._read_at < LONGEST_AGE_SECONDS:
                return
            self._read_at = now
            try:
                self._live = await self._stored.live()
            except BaseException:
                self._read_at = None
                raise
            self._by_id = {key.id: key for key in self._live.keys}

    async def _note_use(self, key_id: str) -> None:
        now = self._clock.monotonic_seconds()
        noted_at = self._noted_at.get(key_id)
        if noted_at is None or now - noted_at >= USE_PAUSE_SECONDS:
            self._noted_at[key_id] = now
            with suppress(PagemillError):  # a full disk must not keep readers out
                await self._stored.note_use(key_id)


def public_id(key: str) -> str:
    """The part of a key that names it, '' if it is no key of ours."""
    parts = key.split("_")
    return parts[1] if len(parts) == 3 and parts[0] == PREFIX else ""


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
