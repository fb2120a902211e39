"""`pagemill`: the list of commands. Each one's module is imported when it is called, so that help is quick."""

from importlib import import_module
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

import pagemill


class Entry(NamedTuple):
    """Where a command is, and what the list of commands says of it. The target is a function or a typer app."""

    target: str
    help: str


COMMANDS = {
    "parse": Entry("pagemill.faces.cli.parse:parse", "Read files here and now, without a server."),
    "serve": Entry("pagemill.faces.cli.serve:serve", "Serve the API and work on what is submitted."),
    "submit": Entry("pagemill.faces.cli.submit:submit", "Send files to a running service."),
    "tasks": Entry("pagemill.faces.cli.tasks:app", "List, show, cancel, retry or delete tasks."),
    "nodes": Entry("pagemill.faces.cli.nodes:app", "List the machines that work, or drain one."),
    "keys": Entry("pagemill.faces.cli.keys:app", "Make, list and revoke the keys that open the API."),
    "ingest": Entry("pagemill.faces.cli.ingest.command:ingest", "Watch a folder: files go in, results come out."),
    "fsck": Entry("pagemill.faces.cli.fsck:fsck", "Check every invariant of state and blobs."),
    "db": Entry("pagemill.faces.cli.db:app", "Look at the database, or bring its schema up to date."),
    "doctor": Entry("pagemill.faces.cli.doctor:doctor", "Say what this machine has and what is missing."),
}


class LazyGroup(TyperGroup):
    """Shows commands from the table and imports the one that is called."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the base class's signature
        """Every name, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - the same
        """A stand-in that is only good for the list of commands."""
        entry = COMMANDS.get(cmd_name)
        return None if entry is None else TyperCommand(cmd_name, help=entry.help)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The real command, for the name that `args` begins with."""
        if args[0] not in COMMANDS:
            return super().resolve_command(ctx, args)
        return args[0], load(args[0]), args[1:]


def load(name: str) -> Any:
    """Imports the command of this name."""
    module, _, attribute = COMMANDS[name].target.partition(":")
    target = getattr(import_module(module), attribute)
    if not isinstance(target, typer.Typer):
        single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        single.command(name)(target)
        target = single
    command = typer.main.get_command(target)
    command.name = name
    return command


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"pagemill {pagemill.__version__}")
        raise typer.Exit


@app.callback()
def pagemill_command(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Documents in; layout, Markdown, HTML and chunks out. No task is ever lost."""


def run() -> None:
    """The entry point of the `pagemill` program."""
    app(prog_name="pagemill")
