"""The memory of a worker process and of what it has started, read cheaply enough to be asked several times a second."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def resident_bytes(pid: int) -> int:
    """The resident memory of a process and of all that it has started, 0 if there is none.

    What is started by something that has ended since is not found; and where there is no /proc, only the process itself is.
    """
    return _own_bytes(pid) + sum(map(resident_bytes, _children(pid)))


def _own_bytes(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_bytes().split()[1]) * _PAGE_BYTES
    except OSError:
        return _own_bytes_elsewhere(pid)


def _own_bytes_elsewhere(pid: int) -> int:
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


def _children(pid: int) -> Iterator[int]:
    """The processes that each thread of this one has started."""
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208  # names are all that is needed
            with suppress(OSError):
                yield from map(int, Path(f"/proc/{pid}/task/{thread}/children").read_bytes().split())
