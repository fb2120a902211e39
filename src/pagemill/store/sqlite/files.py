"""The files on SQLite."""

from collections.abc import Collection, Sequence

import msgspec

from pagemill.domain.errors import NotFound, RequestError
from pagemill.store.files import NewFile, StoredFile
from pagemill.store.retention import OLDEST_UPLOAD_SECONDS
from pagemill.store.sqlite.connection import Row
from pagemill.store.sqlite.reader import Reader
from pagemill.store.sqlite.rows import AFTER_ALL_IDS, text
from pagemill.store.sqlite.transaction import Transaction
from pagemill.store.sqlite.writer import Writer


class SqliteFiles:
    """`store.files.Files` on SQLite."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    async def add(self, file: NewFile) -> StoredFile:
        """See `Files.add`."""
        return await self._writer.run(lambda transaction: _add(transaction, file))

    async def delete(self, file_ids: Sequence[str]) -> tuple[str, ...]:
        """See `Files.delete`."""
        return await self._writer.run(lambda transaction: delete(transaction, file_ids))

    async def file(self, file_id: str) -> StoredFile:
        """See `Files.file`."""
        rows = await self._reader.run(lambda snapshot: snapshot.run("file", {"id": file_id}))
        if not rows:
            raise NotFound(f"There is no file {file_id}")
        return file_of(rows[0])

    async def files(self, tenant: str, before: str, limit: int) -> tuple[StoredFile, ...]:
        """See `Files.files`."""
        values = {"tenant": tenant, "before": before or AFTER_ALL_IDS, "files": limit}
        return tuple(map(file_of, await self._reader.run(lambda snapshot: snapshot.run("files_of_tenant", values))))

    async def known(self, file_ids: Sequence[str]) -> Collection[str]:
        """See `Files.known`."""
        rows = await self._reader.run(lambda snapshot: snapshot.run("known_files", {"ids": text(file_ids)}))
        return {row[0] for row in rows}


def delete(transaction: Transaction, file_ids: Sequence[str]) -> tuple[str, ...]:
    """Removes rows, and returns the ids that existed."""
    existed = tuple(row[0] for row in transaction.run("known_files", ids=text(list(dict.fromkeys(file_ids)))))
    transaction.many("delete_file", [{"id": file_id} for file_id in existed])
    transaction.discard(f"{file_id}/" for file_id in existed)
    return existed


def delete_expired(transaction: Transaction, limit: int) -> int:
    """Deletes files whose time is over."""
    return len(delete(transaction, [row[0] for row in transaction.run("expired_files", files=limit)]))


def _add(transaction: Transaction, file: NewFile) -> StoredFile:
    known = transaction.run("stored_file", id=file.id)
    if not known:
        if transaction.now - file.begun_at > OLDEST_UPLOAD_SECONDS:
            raise RequestError(f"The upload of {file.id} was begun over 24 hours ago", hint="Send the file again.")
        transaction.run("insert_file", **msgspec.structs.asdict(file))
        known = transaction.run("stored_file", id=file.id)
    return file_of(known[0])


def file_of(row: Row) -> StoredFile:
    """A row of `file_row`."""
    return StoredFile(
        id=row[0],
        tenant=row[1],
        file_name=row[2],
        media_type=row[3],
        blob_key=row[4],
        size_bytes=row[5],
        sha256=row[6],
        created_at=row[7],
        expires_at=row[8],
    )
