"""`pagemill serve`: the API and a node, in one process tree."""

import asyncio
import ipaddress
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from pagemill.base.telemetry import configure_logging
from pagemill.bootstrap import CannotStart, open_service
from pagemill.config import Settings, SettingsError, load_settings
from pagemill.faces.http.app import create_app
from pagemill.intake.service import Service

DRAIN_SHARE = 0.4
"""The part of the grace period in which running work may still finish; the rest is for giving it back."""


class Server(uvicorn.Server):
    """uvicorn without signal handlers of its own: work, streams and sockets must end in our order."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves signals to `serve_until_told`."""
        yield


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    data: Annotated[Path | None, typer.Option(help="Folder for the database and the files. [default: ./data]")] = None,
    no_work: Annotated[bool, typer.Option("--no-work", help="Serve the API only; other nodes do the work.")] = False,
) -> None:
    """Serve the API and work on what is submitted, until SIGTERM or Ctrl-C."""
    configure_logging()
    try:
        settings = load_settings(**({"data": data} if data is not None else {}))
        refuse_open_door(host, settings)
        asyncio.run(serve_until_told(settings, host, port, work=not no_work))
    except (CannotStart, SettingsError) as problem:
        print(f"pagemill serve: {problem}", file=sys.stderr)
        raise typer.Exit(2) from None


def refuse_open_door(host: str, settings: Settings) -> None:
    """Without keys the API is open, so it may listen on this machine only. Raises `CannotStart`."""
    if settings.api_keys or host == "localhost":
        return
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local:
        raise CannotStart(f"listening on {host} without a key would let anybody in: set PAGEMILL_API_KEYS first")


async def serve_until_told(settings: Settings, host: str, port: int, *, work: bool) -> None:
    """Runs the service until a signal; then ends streams, gives work back and closes, within the grace period.

    Raises `CannotStart`.
    """
    listener = listen(host, port)
    with listener:
        async with open_service(settings, work=work, drain_seconds=settings.grace_seconds * DRAIN_SHARE) as service:
            await serve_http(service, listener, settings.grace_seconds)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises `CannotStart` if the address is taken or not ours."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=512)
    except OSError as problem:
        raise CannotStart(f"cannot listen on {host}:{port}: {problem.strerror}. Choose another --port.") from None
    # asyncio sets this for sockets that it makes, not for ours: without it, every answer's body waits 40 ms for an
    # acknowledgement of its head. Connections inherit it.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


async def serve_http(service: Service, listener: socket.socket, grace_seconds: float) -> None:
    """Answers requests until SIGTERM or SIGINT; waiting requests end at once, running ones have part of the grace."""
    patience = max(1, round(grace_seconds * DRAIN_SHARE))
    config = uvicorn.Config(
        create_app(service),
        log_level="warning",
        timeout_graceful_shutdown=patience,
        lifespan="off",
        server_header=False,
    )
    server = Server(config)

    def stop() -> None:
        service.stopping.set()
        server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    print(
        f"Pagemill listens on http://{listener.getsockname()[0]}:{listener.getsockname()[1]} (API: /docs)", flush=True
    )
    await server.serve(sockets=[listener])
