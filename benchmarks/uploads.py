"""`python -m benchmarks.uploads`: a very large file, many files at once, and senders that never finish.

Shows that the service's memory does not grow with what is sent, and that it answers others meanwhile. The report is Markdown.
"""

import argparse
import socket
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Self

import httpx2
import msgspec
import psutil

from benchmarks.service import MEBIBYTE, Running, running_service

LOOK_EVERY_SECONDS = 0.02
SETTINGS = {"PAGEMILL_MAX_FILE_MB": "8192", "PAGEMILL_BODY_SECONDS": "5"}
LONGEST_WAIT_SECONDS = 60.0


class Peak:
    """The most memory a process has held while this was open, in MB, and the longest that `/livez` took, in milliseconds."""

    def __init__(self, service: Running) -> None:
        self._service = service
        self.first_mb = _resident_mb(service.process)
        self.most_mb = self.first_mb
        self.slowest_ms = 0.0
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def _look(self) -> None:
        with httpx2.Client(base_url=self._service.address) as http:
            while not self._closed.wait(LOOK_EVERY_SECONDS):
                began = time.perf_counter()
                http.get("/livez")
                self.slowest_ms = max(self.slowest_ms, 1000 * (time.perf_counter() - began))
                self.most_mb = max(self.most_mb, _resident_mb(self._service.process))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._thread.join()


class Row(msgspec.Struct, frozen=True):
    """A line of the report."""

    what: str
    seconds: float
    megabytes: int
    peak: Peak

    def markdown(self) -> str:
        """The line."""
        rate = f"{self.megabytes / self.seconds:.0f} MB/s" if self.megabytes else ""
        memory = f"{self.peak.first_mb} MB, {self.peak.most_mb} MB"
        return f"| {self.what} | {self.seconds:.1f} s | {rate} | {memory} | {self.peak.slowest_ms:.0f} ms |"


def main() -> None:
    """Measures and prints the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.uploads", description="Measures uploads.")
    parser.add_argument("--megabytes", type=int, default=2048, help="size of the large file (%(default)s)")
    parser.add_argument("--at-once", type=int, default=50, help="uploads at the same time (%(default)s)")
    parser.add_argument("--each-megabytes", type=int, default=10, help="size of each of them (%(default)s)")
    parser.add_argument("--slow", type=int, default=200, help="senders that never finish (%(default)s)")
    asked = parser.parse_args()
    with running_service(SETTINGS) as service:
        upload(service, 1)
        rows = [
            one_large_file(service, asked.megabytes),
            many_at_once(service, asked.at_once, asked.each_megabytes),
            senders_that_never_finish(service, asked.slow),
        ]
    sys.stdout.write("| What | Time | Rate | Memory of the service, first and most | Slowest `/livez` meanwhile |\n")
    sys.stdout.write("| --- | ---: | ---: | ---: | ---: |\n")
    sys.stdout.write("".join(row.markdown() + "\n" for row in rows))


def one_large_file(service: Running, megabytes: int) -> Row:
    """One raw PUT."""
    with Peak(service) as peak:
        seconds = upload(service, megabytes)
    return Row(f"one file of {megabytes:,} MB", seconds, megabytes, peak)


def many_at_once(service: Running, count: int, megabytes: int) -> Row:
    """As many raw PUTs at the same time."""
    began = time.perf_counter()
    with Peak(service) as peak, ThreadPoolExecutor(count) as pool:
        list(pool.map(lambda _: upload(service, megabytes), range(count)))
    return Row(f"{count} files of {megabytes} MB at once", time.perf_counter() - began, count * megabytes, peak)


def senders_that_never_finish(service: Running, count: int) -> Row:
    """Half of them stop in the head of a request, half in its body; measured is when the service has dropped the last one."""
    began = time.perf_counter()
    with Peak(service) as peak, ExitStack() as stack:
        lines = [stack.enter_context(_unfinished(service, whole_head=bool(number % 2))) for number in range(count)]
        for line in lines:
            while line.recv(4096):
                pass
    return Row(f"{count} senders that never finish", time.perf_counter() - began, 0, peak)


def upload(service: Running, megabytes: int) -> float:
    """Seconds of a PUT; the file is text, so that its kind is known, and it is deleted again."""
    began = time.perf_counter()
    with httpx2.Client(base_url=service.address, timeout=LONGEST_WAIT_SECONDS) as http:
        answer = http.put("/v1/tasks", content=_pieces(megabytes), params={"file_name": "large.pdf"})
        answer.raise_for_status()
        seconds = time.perf_counter() - began
        http.delete(f"/v1/tasks/{answer.json()['id']}").raise_for_status()
    return seconds


def _pieces(megabytes: int) -> Iterator[bytes]:
    yield b"%PDF-1.7\n"
    piece = bytes(MEBIBYTE)
    for _ in range(megabytes):
        yield piece


@contextmanager
def _unfinished(service: Running, *, whole_head: bool) -> Iterator[socket.socket]:
    host, port = service.address.removeprefix("http://").split(":")
    head = b"PUT /v1/tasks?file_name=a.md HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n"
    with socket.create_connection((host, int(port)), timeout=LONGEST_WAIT_SECONDS) as line:
        line.sendall(head + (b"\r\n# Hello" if whole_head else b""))
        yield line


def _resident_mb(process: psutil.Process) -> int:
    return int(process.memory_info().rss) // MEBIBYTE


if __name__ == "__main__":
    main()
