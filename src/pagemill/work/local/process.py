"""A child process as its parent sees it: started, spoken to, weighed, killed and reaped; all in the event loop's thread."""

import asyncio
import os
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO

import structlog

from pagemill.blobs.port import Blobs
from pagemill.domain.errors import PagemillError
from pagemill.work.executor import Assignment
from pagemill.work.local.memory import resident_bytes
from pagemill.work.local.scratch import ScratchFolder
from pagemill.work.local.wire import Frames, Ready, Report, Setup, framed, report_from

STDERR_BYTES = 2_048
START_SECONDS = 120.0
_REAP_SECONDS = 0.005
_LAST_WORDS_SECONDS = 0.5
_BURST_SECONDS = 0.1
_BURST_BYTES = 16_384
_MAIN = "import sys; sys.path[:] = sys.argv[2:]; from pagemill.work.local.child import main; main(int(sys.argv[1]))"

_log = structlog.get_logger("pagemill.work")


class ChildNotStarted(PagemillError):
    """A worker process ended, or was silent for too long, before it could take work."""


def setup(work: str, warm_up: str, blobs: Blobs, niceness: int) -> Setup:
    """The first message to a child."""
    return Setup(work=work, warm_up=warm_up, blobs=pickle.dumps(blobs), niceness=niceness)


class Child(asyncio.Protocol):
    """One worker process. `listen` is called with its reports, and with None when it is gone; it may be replaced."""

    def __init__(
        self, process: subprocess.Popen[bytes], connection: socket.socket, stderr: BinaryIO, scratch: ScratchFolder
    ) -> None:
        self._process = process
        self._connection = connection
        self._scratch = scratch
        self._frames = Frames()
        self._transport: asyncio.WriteTransport | None = None
        self.stderr = Stderr(process.pid, stderr)
        self.gone = False
        self.listen: Callable[[Report | None], object] = id

    @property
    def pid(self) -> int:
        """Its process id, and that of its process group."""
        return self._process.pid

    async def bring_up(self, first: Setup) -> None:
        """Waits until the child is ready for work. Raises `ChildNotStarted` with what it said last."""
        loop = asyncio.get_running_loop()
        heard: asyncio.Future[Report | None] = loop.create_future()
        self.listen = lambda report: heard.done() or _resolve(heard, report)
        await loop.connect_read_pipe(lambda: self.stderr, self.stderr.pipe)
        await loop.create_connection(lambda: self, sock=self._connection)
        self.send(first)
        try:
            async with asyncio.timeout(START_SECONDS):
                report = await heard
        except TimeoutError:
            raise ChildNotStarted(f"A worker process was not ready after {START_SECONDS:.0f} s") from None
        if not isinstance(report, Ready):
            ending = await self.buried()
            raise ChildNotStarted(f"A worker process ended at its start ({ending}): {self.stderr.tail()}")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is connected."""
        assert isinstance(transport, asyncio.WriteTransport)  # noqa: S101
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """The child has said something."""
        for frame in self._frames.fed(data):
            self.listen(report_from(frame))

    def connection_lost(self, _: Exception | None) -> None:
        """The child has ended, or can no longer be spoken to."""
        self.gone = True
        self.kill()
        self.listen(None)

    def send(self, message: Setup | Assignment) -> None:
        """Says something to the child; lost if it is gone."""
        if self._transport is not None:
            self._transport.write(framed(message))

    def kill(self) -> None:
        """Kills the child with everything it has started, whatever state they are in."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def buried(self) -> str:
        """Waits until a child that was killed or is gone has left neither zombie nor temporary files.

        Returns the signal or exit code it ended with.
        """
        while self._process.poll() is None:  # noqa: ASYNC110  an event for it would cost a thread a child
            await asyncio.sleep(_REAP_SECONDS)
        if self._transport is not None:
            self._transport.abort()
        self._connection.close()
        await self.stderr.closed()
        self._scratch.remove()
        return _ending(self._process.returncode)

    def resident_bytes(self) -> int:
        """The memory that it and what it has started occupy now, 0 if it is gone."""
        return resident_bytes(self._process.pid)


class Stderr(asyncio.Protocol):
    """What a child writes to its standard error: passed on to our log in bursts, and its end kept as evidence."""

    def __init__(self, pid: int, pipe: BinaryIO) -> None:
        self.pipe = pipe
        self._pid = pid
        self._tail = b""
        self._burst = b""
        self._transport: asyncio.BaseTransport | None = None
        self._closed = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The pipe is connected."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """The child has written something."""
        self._tail = (self._tail + data)[-STDERR_BYTES:]
        if not self._burst:
            asyncio.get_running_loop().call_later(_BURST_SECONDS, self._log_burst)
        self._burst = (self._burst + data)[-_BURST_BYTES:]

    def connection_lost(self, _: Exception | None) -> None:
        """Nobody can write to it any more."""
        self._log_burst()
        self._closed.set()

    def forget(self) -> None:
        """Begins anew: what was written so far belongs to another attempt."""
        with suppress(BlockingIOError):
            while data := os.read(self.pipe.fileno(), _BURST_BYTES):
                self.data_received(data)
        self._tail = b""

    def tail(self) -> str:
        """The last 2 KB since the attempt began."""
        return self._tail.decode(errors="ignore")

    async def closed(self) -> None:
        """Waits for the last words of a child that is dead, for at most half a second, and lets go of the pipe."""
        if self._transport is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LAST_WORDS_SECONDS):
                    await self._closed.wait()
            self._transport.close()
        self.pipe.close()

    def _log_burst(self) -> None:
        burst, self._burst = self._burst, b""
        if burst:
            _log.warning(
                "a worker wrote to its standard error", pid=self._pid, text=burst.decode(errors="replace").rstrip()
            )


def spawned() -> Child:
    """A new child; it has to be brought up, and buried in the end. Dies with the calling thread."""
    scratch = ScratchFolder()
    try:
        return _spawned(scratch)
    except OSError:
        scratch.remove()
        raise


def _spawned(scratch: ScratchFolder) -> Child:
    ours, theirs = socket.socketpair()
    stderr_read, stderr_write = os.pipe()
    with theirs, os.fdopen(stderr_write, "wb") as stderr:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", "-c", _MAIN, str(os.getpid()), *sys.path],
            stdin=theirs.fileno(),
            stdout=stderr,
            stderr=stderr,
            start_new_session=True,
            env={**os.environ, "TMPDIR": str(scratch.path)},
        )
    return Child(process, ours, os.fdopen(stderr_read, "rb"), scratch)


def _resolve(future: "asyncio.Future[Report | None]", report: Report | None) -> bool:
    future.set_result(report)
    return True


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
