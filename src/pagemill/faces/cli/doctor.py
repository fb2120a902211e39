"""`pagemill doctor`: what this machine has, and what is missing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.text import Text

from pagemill.bootstrap import CannotStart, database_state, folder_holder, sqlite_version
from pagemill.config import Settings, SettingsError, load_settings
from pagemill.faces.cli.checks import data_folder, machine, software
from pagemill.faces.cli.checks.check import Check, State, ok, problem
from pagemill.faces.cli.output import EXIT_FAILED, JsonOption, print_json

STYLES = {State.OK: "green", State.MISSING: "yellow", State.PROBLEM: "bold red"}


def doctor(
    data: Annotated[Path | None, typer.Option(help="The service's data folder. [default: ./data]")] = None,
    host: Annotated[str, typer.Option(help="Address that the service will listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port that it will listen on.", min=1, max=65535)] = 8000,
    as_json: JsonOption = False,
) -> None:
    """Look at this machine: versions, models, optional programs, cores, memory, disk, port and data folder.

    Each line is ok, missing (something optional) or problem, with what to do. Exit code 0: no problem. 1: there is one.
    """
    found = []
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    for check in checks(data, host, port):
        found.append(check)
        if as_json:
            print_json(msgspec.to_builtins(check))
        else:
            show(check, console)
    if any(check.state is State.PROBLEM for check in found):
        raise typer.Exit(EXIT_FAILED)


def show(check: Check, console: Console) -> None:
    """One line, and one more with what to do."""
    console.print(Text.assemble((f"{check.state:<8}", STYLES[check.state]), f"  {check.name}: {check.detail}"))
    if check.advice:
        console.print(f"{'':<8}  {check.advice}")


def checks(data: Path | None, host: str, port: int) -> Iterator[Check]:
    """Everything that is looked at, as soon as it is known."""
    yield software.python()
    yield software.sqlite(sqlite_version())
    yield software.models()
    yield software.openvino()
    yield software.libreoffice()
    yield software.tesseract()
    yield machine.cores()
    yield machine.memory()
    try:
        settings = load_settings(**({"data": data} if data is not None else {}))
    except SettingsError as error:
        yield problem("settings", str(error).splitlines()[0], "docs/settings.md lists every setting with its values.")
        return
    yield ok("settings", "valid")
    yield from of_the_data(settings, host, port)


def of_the_data(settings: Settings, host: str, port: int) -> Iterator[Check]:
    """What the service with these settings would find."""
    holder = folder_holder(settings)
    yield data_folder.lock(settings.data, holder)
    try:
        yield data_folder.database(database_state(settings))
    except CannotStart as error:
        yield problem("database", str(error), "Restore a backup, or move the file away to begin anew.")
    yield data_folder.room(settings.data)
    yield data_folder.durability(settings.data)
    yield machine.port(host, port, serving=holder is not None)
