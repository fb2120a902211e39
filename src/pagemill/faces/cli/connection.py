"""What every command that talks to a service shares: where it is, and how its errors are told."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console

from pagemill.faces.client import Client, ClientError, Timeout
from pagemill.faces.client.service import DEFAULT_URL

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_UNREACHABLE = 3

UrlOption = Annotated[str, typer.Option("--url", envvar="PAGEMILL_URL", help="Address of the service.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, one value a line.")]
DEFAULT_SERVICE = DEFAULT_URL

errors = Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def connected(url: str) -> Iterator[Client]:
    """A client; what goes wrong is told on standard error and ends the command with code 3.

    The key comes from `PAGEMILL_API_KEY`, never from an argument, which other users of the machine could see.
    """
    try:
        with Client(url, os.environ.get("PAGEMILL_API_KEY", "")) as client:
            yield client
    except Timeout as problem:
        complain(problem)
        raise typer.Exit(EXIT_FAILED) from None
    except ClientError as problem:
        complain(problem)
        raise typer.Exit(EXIT_UNREACHABLE) from None


def complain(problem: ClientError, about: str = "") -> None:
    """Says what went wrong, to which file or task, and what to do."""
    name = f"{about}: " if about else ""
    errors.print(f"pagemill: {name}{problem.message}", markup=False, emoji=False)
    if problem.hint:
        errors.print(f"  {problem.hint}", markup=False, emoji=False)


def print_json(value: Any) -> None:
    """One value a line, as it came."""
    import json

    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()
