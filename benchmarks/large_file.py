"""`python -m benchmarks.large_file`: one long file, a worker killed in the middle, and a short file behind it.

Shows that both cores are busy, that memory stays level, that finished ranges are not run again, and how long the short file took.
The report is Markdown, on standard output.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import mean
from typing import Any
from urllib.request import urlopen

from benchmarks.service import Running, Usage, running_service
from pagemill.faces.client import Client, Task
from samples.large import make_large_pdf

SHORT_PAGES = 5
LOOK_EVERY_SECONDS = 1.0


class Measured:
    """What was seen while the long file was read, from its submission as `task` to its end."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.usage: list[Usage] = []
        self.done_before_the_kill: set[int] = set()
        self.short_seconds = 0.0
        self.seconds = 0.0
        self.attempts: list[dict[str, Any]] = []


def main() -> None:
    """Measures and prints the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.large_file", description="Measures one long file.")
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--scanned", type=int, default=60)
    parser.add_argument("--seed", type=int, default=216)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running_service() as service, Client(service.address) as client:
        long_file = make_large_pdf(Path(folder) / "long.pdf", asked.pages, asked.scanned, asked.seed)
        short_file = make_large_pdf(Path(folder) / "short.pdf", SHORT_PAGES, 0, asked.seed)
        measured = measure(service, client, long_file, short_file)
    sys.stdout.write(report(measured, asked.pages, asked.scanned, asked.seed) + "\n")


def measure(service: Running, client: Client, long_file: Path, short_file: Path) -> Measured:
    """Submits the long file; once a third of its ranges is done, kills a worker and submits the short one."""
    began = time.monotonic()
    task = submit(client, long_file)
    measured = Measured(task)
    while not task.ended:
        measured.usage.append(service.usage())
        if not measured.done_before_the_kill and (done := finished_ranges(service, task.id)):
            measured.done_before_the_kill = done
            service.busiest_child().kill()
            measured.short_seconds = time_one(client, short_file)
        task.refresh(round(LOOK_EVERY_SECONDS))
    measured.seconds = time.monotonic() - began
    measured.attempts = attempts_of(service, task.id)
    return measured


def submit(client: Client, path: Path) -> Task:
    """The accepted task."""
    return client.submit(path)


def time_one(client: Client, path: Path) -> float:
    """Seconds from submission to the end of a file."""
    began = time.monotonic()
    submit(client, path).wait()
    return time.monotonic() - began


def attempts_of(service: Running, task_id: str) -> list[dict[str, Any]]:
    """Every attempt at the task's jobs."""
    with urlopen(f"{service.address}/v1/tasks/{task_id}/attempts") as answer:  # noqa: S310 - our own address
        attempts: list[dict[str, Any]] = json.load(answer)["attempts"]
    return attempts


def finished_ranges(service: Running, task_id: str) -> set[int]:
    """The page jobs that are done, once there are six of them."""
    attempts = attempts_of(service, task_id)
    done = {attempt["job_id"] for attempt in attempts if (attempt["kind"], attempt["end"]) == ("pages", "done")}
    return done if len(done) >= 6 else set()


def report(measured: Measured, pages: int, scanned: int, seed: int) -> str:
    """The Markdown of the report."""
    again = [
        attempt["job_id"]
        for attempt in measured.attempts
        if attempt["job_id"] in measured.done_before_the_kill and attempt["end"] != "done"
    ]
    ends = Counter(f"{attempt['kind']} {attempt['end']}" for attempt in measured.attempts)
    middle = measured.usage[2:-1] or measured.usage
    children = [sum(usage.children_mb) for usage in measured.usage]
    largest = max(max(usage.children_mb, default=0) for usage in measured.usage)
    rows = {
        "File": f"{pages} pages, {scanned} of them scanned (seed {seed})",
        "Ended": f"{measured.task.status}, {measured.task.progress.pages_done} pages in {measured.seconds:.1f} s",
        "Cores busy, mean": f"{mean(usage.busy for usage in middle):.0%}",
        "Memory of the service, first and most": f"{measured.usage[0].parent_mb} MB, "
        f"{max(usage.parent_mb for usage in measured.usage)} MB",
        "Memory of the largest child": f"{largest} MB",
        "Memory of all children, middle and end": f"{children[len(children) // 2]} MB, {children[-1]} MB",
        "Attempts": ", ".join(f"{count} × {end}" for end, count in sorted(ends.items())),
        "Ranges done before the kill": f"{len(measured.done_before_the_kill)}, of which run again: {len(again)}",
        f"{SHORT_PAGES}-page file behind it": f"{measured.short_seconds:.1f} s",
    }
    lines = [f"| {name} | {value} |" for name, value in rows.items()]
    return "\n".join(["| Large file | |", "| --- | --- |", *lines])


if __name__ == "__main__":
    main()
