"""The port of the files that are uploaded once and used many times.

All verbs raise `TransientError` when the database cannot be reached and the writes `StoreFull` when it has no room. Every write is
one transaction and can be repeated: an answer that got lost is asked again and says the same.
"""

from collections.abc import Collection, Sequence
from typing import Protocol

import msgspec


class NewFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file to keep. Its blob is already durable; `begun_at` is when its upload began, `expires_in` seconds, None for never."""

    id: str
    tenant: str
    file_name: str
    media_type: str
    blob_key: str
    size_bytes: int
    sha256: str
    begun_at: float
    expires_in: float | None = None


class StoredFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file's row; times are epoch seconds."""

    id: str
    tenant: str
    file_name: str
    media_type: str
    blob_key: str
    size_bytes: int
    sha256: str
    created_at: float
    expires_at: float | None


class Files(Protocol):
    """Files by their ids. One that has expired is gone for its users at once, and for the store at the next pruning."""

    async def add(self, file: NewFile) -> StoredFile:
        """Keeps a file; one whose id is known is returned as it is. Raises `RequestError` for an upload begun over 24 h ago."""
        ...

    async def delete(self, file_ids: Sequence[str]) -> tuple[str, ...]:
        """Removes rows; their blobs become garbage. Returns the ids that existed."""
        ...

    async def file(self, file_id: str) -> StoredFile:
        """One file that has not expired. Raises `NotFound`."""
        ...

    async def files(self, tenant: str, before: str, limit: int) -> tuple[StoredFile, ...]:
        """A page of a tenant's files, newest first, below the id `before` ('' for the first page)."""
        ...

    async def known(self, file_ids: Sequence[str]) -> Collection[str]:
        """Which of these ids have a row, expired or not."""
        ...
