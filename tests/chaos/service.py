"""A real `pagemill serve` in a process of its own, to be hurt."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx2
import psutil

TERMINAL = {"succeeded", "failed", "cancelled"}
PATIENCE_SECONDS = 120.0


def eventually(what: Callable[[], Any], seconds: float = PATIENCE_SECONDS, why: str = "") -> Any:
    """The first true answer of `what`, asked again and again; fails the test if none comes in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = what()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"did not happen within {seconds:.0f} s: {why or what}")


class Service:
    """One data folder and, while started, the process tree that serves it."""

    def __init__(self, data: Path, settings: Mapping[str, str] | None = None, program: tuple[str, ...] = ()) -> None:
        self.data = data
        self.log = data.parent / f"{data.name}.log"
        self.port = free_port()
        self._settings = settings or {}
        self._program = program or (sys.executable, "-m", "pagemill", "serve")
        self._process: subprocess.Popen[bytes] | None = None
        self.http = httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30.0)

    def start(self) -> None:
        """Starts the service and waits until it is ready."""
        command = [*self._program, "--port", str(self.port), "--data", str(self.data)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, env=os.environ | self._settings, stdout=log, stderr=log, start_new_session=True
            )
        eventually(self._ready, why="the service is ready; its log:\n" + self.log.read_text()[-2000:])

    def _ready(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"the service ended with {self.process.returncode}:\n{self.log.read_text()[-3000:]}")
        try:
            return self.http.get("/readyz").status_code == 200
        except httpx2.TransportError:
            return False

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "start the service first"
        return self._process

    def children(self) -> list[psutil.Process]:
        """The worker processes of the node, oldest first."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def busy_children(self) -> list[psutil.Process]:
        """Workers that have used CPU since the last look, a moment ago."""
        before = {child.pid: sum(child.cpu_times()[:2]) for child in self.children() if child.is_running()}
        time.sleep(0.1)
        return [child for child in self.children() if sum(child.cpu_times()[:2]) > before.get(child.pid, 1e9)]

    def kill_tree(self) -> None:
        """SIGKILL for the node and every child at once."""
        children = self.children()
        self.process.kill()
        for child in children:
            _kill(child)
        self.process.wait()

    def kill_node(self) -> None:
        """SIGKILL for the node alone; its children must follow it within 2 s."""
        children = self.children()
        self.process.kill()
        self.process.wait()
        eventually(lambda: not any(_alive(child) for child in children), 2.0, "the children of a dead node die")

    def terminate(self, seconds: float = 30.0) -> int:
        """SIGTERM; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def close(self) -> None:
        """Ends whatever still runs."""
        if self._process is not None and self._process.poll() is None:
            self.kill_tree()
        self.http.close()

    def submit(self, path: Path, options: Mapping[str, Any] | None = None) -> str:
        """Submits a file and returns the task's id; the service has accepted it."""
        with path.open("rb") as content:
            answer = self.http.post(
                "/v1/tasks",
                files={"file": (path.name, content)},
                data={"options": json.dumps(dict(options or {}))},
            )
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def task(self, task_id: str, wait_seconds: int = 0) -> dict[str, Any]:
        """The task as the API shows it."""
        answer = self.http.get(f"/v1/tasks/{task_id}", params={"wait": wait_seconds} if wait_seconds else None)
        assert answer.status_code == 200, answer.text
        task: dict[str, Any] = answer.json()
        return task

    def wait_for(self, task_id: str, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """The task once it is over."""

        def over() -> dict[str, Any] | None:
            task = self.task(task_id, wait_seconds=10)
            return task if task["status"] in TERMINAL else None

        task: dict[str, Any] = eventually(over, seconds, f"{task_id} ends")
        return task

    def result(self, task_id: str, form: str = "md") -> bytes:
        """The stored bytes of a result."""
        answer = self.http.get(f"/v1/tasks/{task_id}/result.{form}")
        assert answer.status_code == 200, answer.text
        return answer.content

    def attempts(self, task_id: str) -> list[dict[str, Any]]:
        """Every try at every job of a task."""
        answer = self.http.get(f"/v1/tasks/{task_id}/attempts")
        assert answer.status_code == 200, answer.text
        attempts: list[dict[str, Any]] = answer.json()["attempts"]
        return attempts


def fsck(data: Path) -> subprocess.CompletedProcess[str]:
    """What `pagemill fsck` says of a data folder."""
    return subprocess.run(
        [sys.executable, "-m", "pagemill", "fsck", "--data", str(data)], capture_output=True, text=True, check=False
    )


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return
