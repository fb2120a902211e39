"""A service of its own process for a benchmark, and what its process tree uses up."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from urllib.request import urlopen

import msgspec
import psutil

START_SECONDS = 60.0
MEBIBYTE = 1024 * 1024


class Usage(msgspec.Struct, frozen=True):
    """Resident memory of the service and of each of its children, in MB, and the busy share (0-1) of all cores since before."""

    seconds: float
    parent_mb: int
    children_mb: tuple[int, ...]
    busy: float


class Running:
    """A started service: its address, its data folder, and its process."""

    def __init__(self, address: str, data: Path, process: psutil.Process) -> None:
        self.address = address
        self.data = data
        self.process = process
        self._began = time.monotonic()
        psutil.cpu_percent()

    def usage(self) -> Usage:
        """What the tree uses now."""
        children = [_resident_mb(child) for child in self.process.children(recursive=True)]
        seconds = time.monotonic() - self._began
        return Usage(seconds, _resident_mb(self.process), tuple(children), psutil.cpu_percent() / 100)

    def cpu_seconds(self) -> float:
        """CPU that the service and its present children have used so far."""
        times = [process.cpu_times() for process in (self.process, *self.process.children(recursive=True))]
        return float(sum(used.user + used.system for used in times))

    def busiest_child(self) -> psutil.Process:
        """The child that uses the most CPU just now."""
        return max(self.process.children(recursive=True), key=lambda child: child.cpu_percent(0.1))


@contextmanager
def running_service(settings: Mapping[str, str] | None = None) -> Iterator[Running]:
    """A service on a free port with an empty data folder; ended by SIGTERM with the block. `settings` go to its environment."""
    with tempfile.TemporaryDirectory(prefix="pagemill-benchmark-") as folder:
        data, port = Path(folder) / "data", _free_port()
        command = [sys.executable, "-m", "pagemill", "serve", "--port", str(port), "--data", str(data)]
        with subprocess.Popen(  # noqa: S603 - our own program
            command, stdout=subprocess.DEVNULL, env={**os.environ, **(settings or {})}
        ) as process:
            address = f"http://127.0.0.1:{port}"
            _wait_until_ready(address)
            try:
                yield Running(address, data, psutil.Process(process.pid))
            finally:
                process.terminate()
                process.wait()


def _wait_until_ready(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(address):
        if time.monotonic() > deadline:
            raise TimeoutError(f"the service at {address} was not ready after {START_SECONDS:.0f} s")
        time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        with urlopen(f"{address}/readyz", timeout=5.0) as answer:  # noqa: S310 - our own address
            return bool(answer.status == HTTPStatus.OK)
    except OSError:
        return False


def _resident_mb(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss) // MEBIBYTE
    except psutil.NoSuchProcess:
        return 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
