"""What the machine under a node says of its load."""

import os
from pathlib import Path

import psutil

from pagemill.domain.load import NodeLoad

_CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")
_CGROUP_USED = Path("/sys/fs/cgroup/memory.current")


class Machine:
    """Samples memory and CPU. Shares are over the time since the last sample."""

    def __init__(self) -> None:
        self._own = psutil.Process()
        self._last_own_seconds = self._own_seconds()
        self._last = psutil.cpu_times()

    def sample(self) -> NodeLoad:
        """The load since the last sample. Own work, children included, is not foreign."""
        now, own = psutil.cpu_times(), self._own_seconds()
        idle = (now.idle + getattr(now, "iowait", 0.0)) - (self._last.idle + getattr(self._last, "iowait", 0.0))
        total = sum(now) - sum(self._last)
        own_busy = max(0.0, own - self._last_own_seconds)
        self._last, self._last_own_seconds = now, own
        foreign = max(0.0, total - idle - own_busy) / total if total > 0 else 0.0
        return NodeLoad(memory_available_bytes=memory_available_bytes(), foreign_cpu=min(foreign, 1.0))

    def _own_seconds(self) -> float:
        seconds = 0.0
        for process in (self._own, *self._own.children(recursive=True)):
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            seconds += times.user + times.system
        return seconds


def memory_available_bytes() -> int:
    """Memory that can still be used: the machine's, or the control group's if that is less."""
    available: int = psutil.virtual_memory().available
    limit = memory_limit_bytes()
    if limit is None:
        return available
    try:
        return min(available, limit - int(_CGROUP_USED.read_text()))
    except (OSError, ValueError):
        return available


def memory_limit_bytes() -> int | None:
    """What the control group allows; None if it does not say, or nothing less than everything."""
    try:
        limit = _CGROUP_LIMIT.read_text().strip()
        return None if limit == "max" else int(limit)
    except (OSError, ValueError):
        return None


def core_count() -> int:
    """Cores this process may run on, at least 1."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
