"""The demo: starts the service, sends it five files over HTTP, shows how they get on and where the results are, stops it.

It knows of Pagemill what any client knows: the command `pagemill serve` and the HTTP API. Exit status 0 means that all five
files succeeded. Everything is kept in ./demo-data until the next run.
"""

import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from samples.demo_files import make_demo_files

FOLDER = Path(__file__).parents[1] / "demo-data"
RESULTS = FOLDER / "results"
LOG = FOLDER / "service.log"
START_SECONDS = 60.0
STOP_SECONDS = 20.0
ALL_FILES_SECONDS = 300.0
LOOK_EVERY_SECONDS = 0.25
ENDED = frozenset({"succeeded", "failed", "cancelled"})
FORMS = {
    "Markdown": ("result.md", ".md"),
    "HTML": ("result.html", ".html"),
    "JSON": ("result.json", ".json"),
    "Chunks": ("chunks.jsonl", ".chunks.jsonl"),
}

Task = dict[str, Any]
console = Console(highlight=False, soft_wrap=True)


class DemoFailed(Exception):
    """The demo cannot go on; the message says why."""


def main() -> int:
    """Runs the demo; 0 if every file succeeded."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    RESULTS.mkdir(parents=True)
    files = make_demo_files(FOLDER / "samples")
    console.print(f"Made {len(files)} sample files in {FOLDER / 'samples'}")
    try:
        with running_service() as address, httpx2.Client(base_url=address, timeout=30) as service:
            tasks = {path: submit(service, path) for path in files}
            finished = watch(service, tasks)
            for path, task in finished.items():
                report(path, task, save_results(service, path, task))
    except (DemoFailed, httpx2.HTTPError) as problem:
        console.print(f"[red]The demo failed:[/] {escape(str(problem))}")
        return 1
    succeeded = sum(task["status"] == "succeeded" for task in finished.values())
    console.print(f"\n{succeeded} of {len(files)} files succeeded; the service has stopped.")
    return 0 if succeeded == len(files) else 1


@contextmanager
def running_service() -> Iterator[str]:
    """The address of a service of our own, with an empty data folder; it is stopped at the end. Raises `DemoFailed`."""
    port = free_port()
    command: list[str | Path] = [
        Path(sys.executable).with_name("pagemill"),
        "serve",
        "--port",
        str(port),
        "--data",
        FOLDER / "data",
    ]
    with LOG.open("wb") as log, subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until_ready(process, address)
            console.print(f"The service listens on {address}; its log is {LOG}")
            yield address
        finally:
            stop(process)


def free_port() -> int:
    """A port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(process: "subprocess.Popen[bytes]", address: str) -> None:
    """Returns when the service takes work. Raises `DemoFailed` if it ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise DemoFailed(
                f"the service ended at once (exit status {process.returncode}):\n{LOG.read_text()[-2000:]}"
            )
        try:
            if httpx2.get(f"{address}/readyz").status_code == httpx2.codes.OK:
                return
        except httpx2.TransportError:
            pass
        time.sleep(LOOK_EVERY_SECONDS)
    raise DemoFailed(f"the service was not ready after {START_SECONDS:.0f} seconds; its log is {LOG}")


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Asks the service to end, and insists if it does not."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        console.print(f"[red]The service did not stop within {STOP_SECONDS:.0f} seconds and was killed.[/]")


def submit(service: httpx2.Client, path: Path) -> Task:
    """The accepted task: from now on it is on disk and cannot get lost."""
    with path.open("rb") as content:
        answer = service.post("/v1/tasks", files={"file": (path.name, content)})
    if answer.status_code != httpx2.codes.ACCEPTED:
        raise DemoFailed(f"{path.name} was not accepted: {answer.status_code} {answer.text}")
    return dict(answer.json())


def watch(service: httpx2.Client, tasks: dict[Path, Task]) -> dict[Path, Task]:
    """The tasks when all have ended, with a line of progress for each meanwhile. Raises `DemoFailed` if it takes too long."""
    deadline = time.monotonic() + ALL_FILES_SECONDS
    columns = SpinnerColumn(), TextColumn("{task.description:<24}"), BarColumn(), TextColumn("{task.fields[state]}")
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        lines = {path: progress.add_task(path.name, total=None, state="queued") for path in tasks}
        while running := [path for path, task in tasks.items() if task["status"] not in ENDED]:
            if time.monotonic() > deadline:
                raise DemoFailed(
                    f"after {ALL_FILES_SECONDS:.0f} seconds these still run: {', '.join(map(str, running))}"
                )
            time.sleep(LOOK_EVERY_SECONDS)
            for path in running:
                tasks[path] = task = dict(service.get(f"/v1/tasks/{tasks[path]['id']}").raise_for_status().json())
                done, total = task["progress"]["pages_done"], task["progress"]["pages_total"]
                state = f"{task['status']}, {done} of {total or '?'} pages"
                progress.update(lines[path], completed=done, total=total or None, state=state)
                if task["status"] in ENDED:
                    progress.stop_task(lines[path])
    return tasks


def save_results(service: httpx2.Client, path: Path, task: Task) -> dict[str, Path]:
    """Where each form of the result was saved; nothing if the task did not succeed."""
    if task["status"] != "succeeded":
        return {}
    saved = {form: RESULTS / f"{path.name}{suffix}" for form, (_, suffix) in FORMS.items()}
    for form, (name, _) in FORMS.items():
        saved[form].write_bytes(service.get(f"/v1/tasks/{task['id']}/{name}").raise_for_status().content)
    return saved


def report(path: Path, task: Task, saved: dict[str, Path]) -> None:
    """Prints how one file went and where its results are, a path a line."""
    colour = "green" if task["status"] == "succeeded" else "red"
    pages = task["progress"]["pages_done"]
    seconds = f"{_seconds(task):.1f} s" if task["started_at"] else "never started"
    console.print(f"\n[bold]{path.name}[/]  [{colour}]{task['status']}[/], {pages} page{'s'[: pages != 1]}, {seconds}")
    if task["error"]:
        console.print(escape(f"  {task['error']['code']}: {task['error']['detail']}"))
    for form, where in saved.items():
        console.print(f"  {form + ':':<10}{escape(str(where))}")


def _seconds(task: Task) -> float:
    started, finished = (datetime.fromisoformat(task[name]) for name in ("started_at", "finished_at"))
    return (finished - started).total_seconds()


if __name__ == "__main__":
    sys.exit(main())
