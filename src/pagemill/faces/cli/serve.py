"""`pagemill serve`: the API and a node, in one process tree."""

import asyncio
import ipaddress
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from pagemill.base.telemetry import configure_logging
from pagemill.bootstrap import CannotStart, open_service
from pagemill.config import Settings, SettingsError, load_settings
from pagemill.faces.cli.output import EXIT_USAGE, JsonOption, print_json, tell
from pagemill.faces.http.app import create_app
from pagemill.faces.http.patience import PatientProtocol
from pagemill.intake.keyring import KeyRing
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
    as_json: JsonOption = False,
) -> None:
    """Serve the API and work on what is submitted, until SIGTERM or Ctrl-C.

    Exit code 0: stopped in order. 2: it cannot start as it is configured, or another one works on the folder.
    """
    configure_logging()
    try:
        settings = load_settings(**({"data": data} if data is not None else {}))
        asyncio.run(serve_until_told(settings, host, port, work=not no_work, as_json=as_json))
    except (CannotStart, SettingsError) as problem:
        tell(f"serve: {problem}")
        raise typer.Exit(EXIT_USAGE) from None


async def refuse_open_door(host: str, keyring: KeyRing) -> None:
    """Without keys the API is open, so it may listen on this machine only. Raises `CannotStart`."""
    if not is_this_machine(host) and await keyring.is_open():
        raise CannotStart(
            f"listening on {host} without a key would let anybody in: "
            "make one with `pagemill keys create --scope admin --scope read --scope write`, or set PAGEMILL_API_KEYS"
        )


def is_this_machine(host: str) -> bool:
    """Whether only programs on this machine can reach the address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def serve_until_told(settings: Settings, host: str, port: int, *, work: bool, as_json: bool = False) -> None:
    """Runs the service until a signal; then ends streams, gives work back and closes, within the grace period.

    Raises `CannotStart`.
    """
    listener = listen(host, port)
    with listener:
        async with open_service(settings, work=work, drain_seconds=settings.grace_seconds * DRAIN_SHARE) as service:
            await refuse_open_door(host, service.keyring)
            await serve_http(service, listener, settings.grace_seconds, as_json=as_json)


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


async def serve_http(service: Service, listener: socket.socket, grace_seconds: float, *, as_json: bool = False) -> None:
    """Answers requests until SIGTERM or SIGINT; waiting requests end at once, running ones have part of the grace."""
    patience = max(1, round(grace_seconds * DRAIN_SHARE))
    config = uvicorn.Config(
        create_app(service),
        http=PatientProtocol,
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
    address = f"http://{listener.getsockname()[0]}:{listener.getsockname()[1]}"
    if as_json:
        print_json({"url": address})
    else:
        print(f"Pagemill listens on {address} (API: /docs)", flush=True)
    await server.serve(sockets=[listener])
