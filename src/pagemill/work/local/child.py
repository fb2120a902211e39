"""A worker process: takes assignments from its parent, one after the other, and never outlives it.

It dies with the thread that spawned it (the parent-death signal, where there is one) and when its socket closes, and takes
its process group along.
"""

import ctypes
import faulthandler
import importlib
import os
import pickle
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from pagemill.work.executor import Work
from pagemill.work.local.wire import (
    Began,
    Finished,
    Frames,
    Reached,
    Ready,
    Report,
    assignment_from,
    framed,
    setup_from,
)

_PR_SET_PDEATHSIG = 1
_RECEIVE_BYTES = 65_536
_OUT_OF_MEMORY_SCORE = "800"


def main(parent: int) -> None:
    """Works for the process `parent`, over the socket that is standard input, until either of them ends."""
    die_with(parent)
    _be_expendable()
    channel = Channel(_own_socket())
    setup = setup_from(channel.next_frame())
    os.nice(setup.niceness)
    work: Work = _imported(setup.work)
    blobs = pickle.loads(setup.blobs)  # noqa: S301  it comes from our own parent
    if setup.warm_up:
        _imported(setup.warm_up)()
    channel.send(Ready())
    while True:
        assignment = assignment_from(channel.next_frame())
        channel.send(Began())
        outcome = work(assignment, blobs, channel.reached)
        sys.stdout.flush()
        sys.stderr.flush()
        channel.send(Finished(outcome))


def die_with(parent: int) -> None:
    """Makes the kernel kill this process with its parent; ends it at once if the parent is already gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        end()


def end() -> None:
    """Kills this process and whatever it has started."""
    os.killpg(0, signal.SIGKILL)


def _be_expendable() -> None:
    """A crash shows where it was and writes no memory to disk; short of memory, the system takes a child, not the node."""
    faulthandler.enable(all_threads=False)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_OUT_OF_MEMORY_SCORE)


def _own_socket() -> socket.socket:
    """The socket that came as standard input, out of reach of libraries and of processes that this one starts."""
    channel = socket.socket(fileno=os.dup(sys.stdin.fileno()))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, sys.stdin.fileno())
    os.close(nothing)
    return channel


def _imported(path: str) -> Callable[..., Any]:
    module, _, name = path.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function


class Channel:
    """The child's end of the socket. A thread of its own reads it, so that the parent's end is noticed during work."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._sending = threading.Lock()
        self._frames: SimpleQueue[bytes] = SimpleQueue()
        threading.Thread(target=self._read, name="parent", daemon=True).start()

    def next_frame(self) -> bytes:
        """The next message, once it is there."""
        return self._frames.get()

    def send(self, report: Report) -> None:
        """Tells the parent; callable from any thread."""
        with self._sending:
            self._socket.sendall(framed(report))

    def reached(self, stage: str, page: int) -> None:
        """The `Progress` that work is given."""
        self.send(Reached(stage, page))

    def _read(self) -> None:
        for frame in self._received():
            self._frames.put(frame)
        end()

    def _received(self) -> Iterator[bytes]:
        frames = Frames()
        with suppress(OSError):
            while piece := self._socket.recv(_RECEIVE_BYTES):
                yield from frames.fed(piece)
