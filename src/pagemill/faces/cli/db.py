"""`pagemill db`: the database in the data folder."""

import asyncio
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from pagemill.bootstrap import CannotStart, database_state, folder_holder, open_store
from pagemill.config import Settings, SettingsError, load_settings
from pagemill.faces.cli.output import EXIT_FAILED, EXIT_USAGE, JsonOption, print_facts, print_json, tell
from pagemill.store.migrate import COUNT_BOUND, DatabaseState

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Look at the database in the data folder, or bring its schema up to date.",
)
DataOption = Annotated[Path | None, typer.Option("--data", help="The service's data folder. [default: ./data]")]


@app.command()
def status(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Show schema version, size, rows by table, and whether a service runs on it. Also while one runs.

    Exit code 0: up to date. 1: it has to be migrated, or a newer program wrote it. 2: there is none, or it cannot be read.
    """
    settings = _settings(data)
    state = _state(settings)
    in_use_by = folder_holder(settings)
    if as_json:
        print_json(msgspec.to_builtins(state) | {"in_use_by": in_use_by})
    else:
        facts: dict[str, object] = {
            "schema": _schema(state),
            "size": f"{state.size_bytes / 1e6:.1f} MB",
            "in use": f"by {in_use_by}" if in_use_by else "no",
        }
        print_facts(state.path, facts | {f"{table} rows": _shown(rows) for table, rows in state.rows.items()})
    if state.version != state.newest:
        raise typer.Exit(EXIT_FAILED)


@app.command()
def migrate(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Bring the schema up to date; makes the database if there is none. The service has to be stopped.

    `pagemill serve` does the same at its start. Exit code 0: it is up to date. 2: a service runs on the folder, or a newer
    program wrote the database.
    """
    settings = _settings(data)
    try:
        before = database_state(settings)
        asyncio.run(_open_once(settings))
        after = database_state(settings)
    except CannotStart as problem:
        tell(f"db: {problem}")
        raise typer.Exit(EXIT_USAGE) from None
    assert after is not None  # noqa: S101 - it was just opened
    old = 0 if before is None else before.version
    if as_json:
        print_json({"path": after.path, "from_version": old, "version": after.version})
    else:
        print(f"{after.path}: schema version {f'{old} -> ' if old != after.version else ''}{after.version}")


async def _open_once(settings: Settings) -> None:
    async with open_store(settings):
        pass


def _settings(data: Path | None) -> Settings:
    try:
        return load_settings(**({"data": data} if data is not None else {}))
    except SettingsError as problem:
        tell(f"db: {problem}")
        raise typer.Exit(EXIT_USAGE) from None


def _state(settings: Settings) -> DatabaseState:
    try:
        state = database_state(settings)
    except CannotStart as problem:
        tell(f"db: {problem}", "Restore a backup, or move the file away to begin anew.")
        raise typer.Exit(EXIT_USAGE) from None
    if state is None:
        tell(f"db: there is no database in {settings.data.absolute()}", "Name the service's folder with --data.")
        raise typer.Exit(EXIT_USAGE)
    return state


def _schema(state: DatabaseState) -> str:
    if state.version > state.newest:
        return f"version {state.version}, newer than this program's {state.newest}: start the Pagemill that wrote it"
    if state.version < state.newest:
        return f"version {state.version}, older than this program's {state.newest}: `pagemill db migrate`"
    return f"version {state.version}"


def _shown(rows: int) -> str:
    return f"{rows} or more" if rows == COUNT_BOUND else str(rows)
