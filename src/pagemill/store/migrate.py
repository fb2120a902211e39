"""Numbered migrations: `sql/<engine>/migrations/NNNN_what_it_adds.sql`, applied in order, each one transaction."""

from collections.abc import Sequence
from importlib.resources import files
from itertools import pairwise

import msgspec

from pagemill.domain.errors import PagemillError


class SchemaTooNew(PagemillError):
    """The data was written by a newer program, whose tables this one does not know."""


class DatabaseDamaged(Exception):
    """The database cannot be read as one. The message names it and says why."""


class Migration(msgspec.Struct, frozen=True):
    """One step of the schema. `version` is what the schema is at after it."""

    version: int
    name: str
    sql: str


class DatabaseState(msgspec.Struct, frozen=True, kw_only=True):
    """A database as `pagemill db status` shows it: its schema's version, this program's newest, size and rows by table.

    Tables with very many rows are counted up to `COUNT_BOUND`.
    """

    path: str
    version: int
    newest: int
    size_bytes: int
    rows: dict[str, int]


COUNT_BOUND = 1_000_000


def migrations(engine: str) -> tuple[Migration, ...]:
    """All steps of an engine (`sqlite`, `postgres`), numbered from 1 without a gap."""
    folder = files("pagemill.store") / "sql" / engine / "migrations"
    steps = tuple(
        Migration(int(file.name[:4]), file.name.removesuffix(".sql"), file.read_text("utf-8"))
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".sql")
    )
    if any(after.version != before.version + 1 for before, after in pairwise(steps)):
        raise PagemillError(f"The migrations in {folder} are not numbered without a gap")
    return steps


def pending(steps: Sequence[Migration], version: int, where: str) -> tuple[Migration, ...]:
    """The steps that take the schema at `where` from `version` to this program's.

    Raises `SchemaTooNew` when the schema is ahead of this program.
    """
    newest = steps[-1].version
    if version > newest:
        raise SchemaTooNew(
            f"{where} has schema version {version}, and this program knows versions up to {newest}",
            hint=f"Start the newer Pagemill that wrote it, or restore a backup made with schema version {newest} or older.",
        )
    return tuple(step for step in steps if step.version > version)
