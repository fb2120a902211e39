"""What every command that talks to a service shares: where it is, and how its errors are told."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from pagemill.faces.cli.output import EXIT_FAILED, EXIT_UNREACHABLE, tell
from pagemill.faces.client import Client, ClientError, Refused, Timeout
from pagemill.faces.client.service import DEFAULT_URL

UrlOption = Annotated[str, typer.Option("--url", envvar="PAGEMILL_URL", help="Address of the service.")]
DEFAULT_SERVICE = DEFAULT_URL


@contextmanager
def connected(url: str) -> Iterator[Client]:
    """A client; what goes wrong is told on standard error and ends the command: code 1, or 3 without a service.

    The key comes from `PAGEMILL_API_KEY`, never from an argument, which other users of the machine could see.
    """
    try:
        with Client(url, os.environ.get("PAGEMILL_API_KEY", "")) as client:
            yield client
    except (Timeout, Refused) as problem:
        complain(problem)
        raise typer.Exit(EXIT_FAILED) from None
    except ClientError as problem:
        complain(problem)
        raise typer.Exit(EXIT_UNREACHABLE) from None


def complain(problem: ClientError, about: str = "") -> None:
    """Says what went wrong, to which file or task, and what to do."""
    tell(f"{about}: {problem.message}" if about else problem.message, problem.hint)
