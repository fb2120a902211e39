"""Runs a command as a user runs it, in this process or in one of its own."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from pagemill.faces.cli.main import app

NOBODY = "http://127.0.0.1:9"


def run(*arguments: str | Path, url: str = NOBODY) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    done = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"PAGEMILL_URL": url})
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def start(*arguments: str | Path, url: str = NOBODY) -> "subprocess.Popen[str]":
    """The command in a process of its own, which heeds Ctrl-C even if the tests were started where it is ignored."""
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    command = [sys.executable, "-m", "pagemill", *map(str, arguments)]
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what is ignored is inherited, what is handled is not
    return subprocess.Popen(command, env={**os.environ, "PAGEMILL_URL": url}, **streams)


def alone(*arguments: str | Path, url: str = NOBODY) -> tuple[int, str, str]:
    """What `run` gives, from a process of its own: for commands that set up the log, which belongs to the whole process."""
    running = start(*arguments, url=url)
    out, err = running.communicate(timeout=120)
    return running.returncode, out, err


def free_port() -> str:
    """A port nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return str(probe.getsockname()[1])
