"""Writes docs/cli.md from the commands themselves: `python scripts/cli_reference.py`. A test compares the two."""

import inspect
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args

from pagemill.faces.cli.main import COMMANDS, load

PAGE = Path(__file__).parents[1] / "docs" / "cli.md"
HEAD = """\
# The command line

Written from the commands by `scripts/cli_reference.py`; a test sees to it that it fits them. `pagemill COMMAND --help` says the
same.

Results go to standard output, problems to standard error: one line that says what happened to what, and one that says what to do.
On a terminal there are tables and progress bars; in a pipe every row is a line with tabs, without colours. With `--json` every
value is one line of JSON.

| Exit code | Meaning |
|---|---|
| 0 | Everything went well. |
| 1 | Something failed: a file, a task, a check, or the service refused the request. |
| 2 | Wrong use: options, settings, or a data folder that is in use. Nothing was done. |
| 3 | No service answers. |
| 130 | Stopped with Ctrl-C. What was done is kept. |

Commands that talk to a service find it by `--url` or `PAGEMILL_URL`, and send the key in `PAGEMILL_API_KEY`. A key is never an
argument, where other users of the machine could see it. `pagemill --install-completion` teaches your shell to complete commands,
options and values.
"""


def page() -> str:
    """The whole of docs/cli.md."""
    contents = "\n".join(f"| [`{name}`](#pagemill-{name}) | {entry.help} |" for name, entry in COMMANDS.items())
    sections = [section for name in COMMANDS for section in sections_of(f"pagemill {name}", load(name))]
    return "\n".join([f"{HEAD}\n| Command | What it does |\n|---|---|\n{contents}\n", *sections])


def sections_of(name: str, command: Any, level: int = 2) -> Iterator[str]:
    """The section of a command, and those of its own commands."""
    yield "\n".join(lines_of(name, command, level))
    for subcommand in getattr(command, "commands", {}).values():
        yield from sections_of(f"{name} {subcommand.name}", subcommand, level + 1)


def lines_of(name: str, command: Any, level: int) -> Iterator[str]:
    """Heading, usage, what it does, and its arguments and options."""
    yield f"{'#' * level} {name}\n"
    if not hasattr(command, "commands"):
        arguments = "".join(f" {shown_argument(given)}" for given in command.params if is_argument(given))
        yield f"```\n{name}{arguments} [OPTIONS]\n```\n"
    yield inspect.cleandoc(command.help) + "\n"
    rows = [row(given) for given in command.params if given.help and not given.hidden]
    if rows:
        yield "| | Default | |\n|---|---|---|"
        yield "\n".join(rows) + "\n"


def row(given: Any) -> str:
    """A line of the table."""
    names = f"`{shown_argument(given)}`" if is_argument(given) else ", ".join(f"`{name}`" for name in given.opts)
    said, _, told = given.help.partition(" [default: ")
    default = told.rstrip("]") if told else shown_default(given)
    values = ", ".join(f"`{value}`" for value in choices(given))
    return f"| {names} | {default} | {said}{f' One of {values}.' if values else ''} |"


def choices(given: Any) -> tuple[str, ...]:
    """The only values it takes; none named means any."""
    annotation = given.type_descriptor.annotation
    kinds = [
        kind for kind in (annotation, *get_args(annotation)) if isinstance(kind, type) and issubclass(kind, StrEnum)
    ]
    return tuple(kinds[0]) if kinds else ()


def shown_default(given: Any) -> str:
    """What an option is without being given; nothing for what is off or empty."""
    default = given.default
    return "" if default in (None, False, "", ()) or callable(default) else f"`{default}`"


def shown_argument(given: Any) -> str:
    """An argument as usage lines show it."""
    name = given.metavar or given.name.upper()
    several = "..." if given.nargs == -1 and not name.rstrip("]").endswith("...") else ""
    return f"{name}{several}"


def is_argument(given: Any) -> bool:
    """Whether it is told by its place."""
    return bool(given.param_type_name == "argument")


if __name__ == "__main__":
    PAGE.write_text(page())
    print(f"{PAGE} is written anew")
