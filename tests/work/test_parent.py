"""A service that dies takes its children along; one that only stood still blames nobody."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.work.workshop import alive

TWO_SECONDS = 2.0


@contextmanager
def parent(folder, page_seconds: float, *what: str) -> Iterator[subprocess.Popen]:
    """A running service and what it says, line by line."""
    command = [sys.executable, "-m", "tests.work.parent", str(folder), str(page_seconds), *what]
    paths = os.pathsep.join(sys.path)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": paths}
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def said(process: subprocess.Popen, word: str) -> list[str]:
    """The rest of the next line that begins with `word`."""
    for line in process.stdout:
        first, *rest = line.split()
        if first == word:
            return rest
    raise AssertionError(f"it never said {word}")


def wait_until_dead(pids: list[int], within_seconds: float) -> None:
    deadline = time.monotonic() + within_seconds
    while left := [pid for pid in pids if alive(pid)]:
        assert time.monotonic() < deadline, f"{left} outlived their parent"
        time.sleep(0.02)


def test_no_child_is_alive_two_seconds_after_its_parent_was_killed(tmp_path):
    """One hangs, one is busy, one is idle."""
    with parent(tmp_path, 60.0, "hang", "pages 100 1") as process:
        children = [int(pid) for pid in said(process, "children")]
        assert len(children) == 3
        process.send_signal(signal.SIGKILL)
        wait_until_dead(children, TWO_SECONDS)


def test_a_stopped_child_does_not_outlive_its_parent_either(tmp_path):
    with parent(tmp_path, 60.0, "stop") as process:
        children = [int(pid) for pid in said(process, "children")]
        process.send_signal(signal.SIGKILL)
        wait_until_dead(children, TWO_SECONDS)


@pytest.mark.slow
def test_a_parent_that_stood_still_longer_than_a_deadline_blames_no_file(tmp_path):
    """Its child went on and finished meanwhile, page by page in good time."""
    with parent(tmp_path, 1.5, "pages 4 0.5") as process:
        said(process, "children")
        process.send_signal(signal.SIGSTOP)
        time.sleep(3.5)
        process.send_signal(signal.SIGCONT)
        assert said(process, "outcomes") == ["DocumentReady"]
        assert process.wait(30) == 0
