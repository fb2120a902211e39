"""`python -m benchmarks.million_tasks`: what operators ask of a service that keeps a million tasks, and how long the answers take.

The rows are made in SQL, in a temporary folder that the real migrations have set up; the app is the real one and is called without
a socket, one request at a time. The report is Markdown, on standard output.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import httpx2
import msgspec

from pagemill.base.clock import SystemClock
from pagemill.bootstrap import database_path, open_service
from pagemill.config import Settings, load_settings
from pagemill.domain.options import Options
from pagemill.faces.http.app import create_app
from pagemill.store.sqlite.connection import Connection
from pagemill.store.sqlite.engine import migrate

QUEUED, RUNNING = 6_000, 500
CALLS = 50
ADDRESS = "http://127.0.0.1:8000"
WORDS = ("Invoice", "Report", "Contract", "Minutes", "Offer", "Order", "Survey", "Letter")
TOWNS = ("Aachen", "Bremen", "Cottbus", "Dresden", "Erfurt", "Fulda", "Goslar", "Hagen")
CODES = (
    "corrupt_file", "password_required", "wrong_password", "unsupported_format", "too_many_pages", "page_timeout",
    "out_of_memory", "crashed", "internal_error", "image_too_large", "empty_file", "timed_out",
)  # fmt: skip

BULK = (
    ("retry", {"filter": {"status": "failed", "tenant": "*"}, "dry_run": True}),
    ("cancel", {"filter": {"status": "queued", "tenant": "*"}}),
    ("delete", {"filter": {"status": "failed", "tenant": "*"}}),
)
"""Bulk requests that are measured, in this order."""

SOME_IDS = "SELECT id FROM task WHERE tenant = 'default' AND random() % :one_in = 0"

Query = Mapping[str, str]


class Ids:
    """Some of the tasks, found before anything is measured: pages begin at them, and they are shown."""

    def __init__(self, ids: list[str]) -> None:
        self._ids = ids
        self._random = random.Random(216)

    def any(self) -> str:
        """One of them by chance, the same ones in every run."""
        return self._random.choice(self._ids)

    def moment(self) -> str:
        """When one of them came in."""
        milliseconds = int(self.any().removeprefix("task_")[:12], 16)
        return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat()


class BulkTiming(msgspec.Struct, frozen=True):
    """A bulk request: seconds, tasks, and milliseconds that submissions took beside it."""

    what: str
    seconds: float
    matched: int
    submissions: tuple[float, ...]


class Timing(msgspec.Struct, frozen=True):
    """Milliseconds of `CALLS` calls, and how many tasks the last page had (-1 if it was no page)."""

    what: str
    median: float
    worst: float
    found: int


def main() -> None:
    """Makes the rows, measures, prints the report."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.million_tasks", description="Measures lists of many tasks."
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pagemill-benchmark-") as folder:
        settings = load_settings(data=Path(folder))
        made_seconds, ids = fill(settings, asked.rows)
        size_mb = database_path(settings).stat().st_size // (1024 * 1024)
        timings, bulk = asyncio.run(measure(settings, ids))
    sys.stdout.write(report(timings, asked.rows, size_mb, made_seconds) + "\n\n" + bulk_report(bulk) + "\n")


def fill(settings: Settings, rows: int) -> tuple[float, Ids]:
    """Writes the rows; returns how many seconds that took, and some of the ids."""
    began = time.monotonic()
    path = database_path(settings)
    path.parent.mkdir(exist_ok=True)
    migrate(path, SystemClock())
    connection = Connection(path, SystemClock())
    connection.begin("begin")
    connection.apsw.execute(Path(__file__).with_suffix(".sql").read_text(), _values(rows))
    connection.run("commit")
    connection.checkpoint(1000)
    some = connection.apsw.execute(SOME_IDS, {"one_in": max(1, rows // 1000)})
    ids = [row[0] for row in some]
    connection.close()
    return time.monotonic() - began, Ids(ids)


def _values(rows: int) -> dict[str, object]:
    return {
        "rows": rows,
        "now": time.time(),
        "running": min(RUNNING, rows // 10),
        "queued": min(QUEUED, rows // 10),
        "codes": json.dumps(CODES),
        "words": json.dumps(WORDS),
        "towns": json.dumps(TOWNS),
        "options": msgspec.json.encode(Options()).decode(),
    }


def requests(ids: Ids) -> dict[str, Callable[[], tuple[str, Query]]]:
    """What is asked, and how each call is made."""
    listed: dict[str, Callable[[], Query]] = {
        "first page": dict,
        "page anywhere": lambda: {"cursor": ids.any()},
        "page anywhere, 200 tasks": lambda: {"cursor": ids.any(), "limit": "200"},
        "all tenants, page anywhere": lambda: {"tenant": "*", "cursor": ids.any()},
        "status=failed, page anywhere": lambda: {"status": "failed", "cursor": ids.any()},
        "status=failed, all tenants": lambda: {"status": "failed", "tenant": "*", "cursor": ids.any()},
        "status=queued": lambda: {"status": "queued"},
        "status=running": lambda: {"status": "running"},
        "status=running, all tenants": lambda: {"status": "running", "tenant": "*"},
        "created_after": lambda: {"created_after": ids.moment()},
        "created_before": lambda: {"created_before": ids.moment()},
        "created_before, status=cancelled": lambda: {"created_before": ids.moment(), "status": "cancelled"},
        "q that many names have": lambda: {"q": "dresden", "cursor": ids.any()},
        "q that no name has": lambda: {"q": "nowhere", "cursor": ids.any()},
        "q that no name has, all tenants": lambda: {"q": "nowhere", "tenant": "*", "cursor": ids.any()},
        "q that no name has, status=failed": lambda: {"q": "nowhere", "status": "failed", "cursor": ids.any()},
        "q that no name has, status=succeeded": lambda: {"q": "nowhere", "status": "succeeded", "cursor": ids.any()},
        "q that no name has, status=queued": lambda: {"q": "nowhere", "status": "queued"},
    }
    month = datetime.fromtimestamp(time.time() - 30 * 86_400, UTC).isoformat()
    return {
        **{f"list: {name}": _list_call(query) for name, query in listed.items()},
        "show one task": lambda: (f"/v1/tasks/{ids.any()}", {}),
        "stats": lambda: ("/v1/stats", {}),
        "stats of a tenant": lambda: ("/v1/stats", {"tenant": "acme"}),
        "failures of a day": lambda: ("/v1/failures", {}),
        "failures of 30 days": lambda: ("/v1/failures", {"since": month}),
        "nodes": lambda: ("/v1/nodes", {}),
    }


def _list_call(query: Callable[[], Query]) -> Callable[[], tuple[str, Query]]:
    return lambda: ("/v1/tasks", query())


async def measure(settings: Settings, ids: Ids) -> tuple[list[Timing], list[BulkTiming]]:
    """Asks everything `CALLS` times, after once for the caches; then does something to many tasks at once."""
    async with (
        open_service(settings, work=False, drain_seconds=0.0) as service,
        httpx2.AsyncClient(transport=httpx2.ASGITransport(create_app(service)), base_url=ADDRESS) as http,
    ):
        timings = [await _timing(http, what, call) for what, call in requests(ids).items()]
        return timings, [await _bulk(http, *request) for request in BULK]


async def _bulk(http: httpx2.AsyncClient, verb: str, body: Mapping[str, object]) -> BulkTiming:
    began = time.monotonic()
    running = asyncio.create_task(http.post(f"/v1/tasks:{verb}", json=body, timeout=None))
    submissions = []
    while not running.done():
        sent = time.perf_counter()
        (await http.put("/v1/tasks", content=b"# Beside it", params={"file_name": "beside.md"})).raise_for_status()
        submissions.append((time.perf_counter() - sent) * 1000)
        await asyncio.sleep(0.05)
    answer = (await running).raise_for_status().json()
    what = f"{verb} {json.dumps(body)}"
    return BulkTiming(what, time.monotonic() - began, answer["matched"], tuple(submissions))


async def _timing(http: httpx2.AsyncClient, what: str, call: Callable[[], tuple[str, Query]]) -> Timing:
    milliseconds, found = [], -1
    for _ in range(CALLS + 1):
        path, query = call()
        began = time.perf_counter()
        answer = await http.get(path, params=dict(query))
        milliseconds.append((time.perf_counter() - began) * 1000)
        answer.raise_for_status()
        found = len(answer.json()["tasks"]) if path == "/v1/tasks" else -1
    return Timing(what, median(milliseconds[1:]), max(milliseconds[1:]), found)


def report(timings: list[Timing], rows: int, size_mb: int, made_seconds: float) -> str:
    """The table for docs/benchmarks.md."""
    lines = [
        f"{rows:,} tasks, {size_mb:,} MB, made in {made_seconds:.0f} s. Milliseconds of {CALLS} calls each.",
        "",
        "| Question | Median | Worst |",
        "| --- | --- | --- |",
    ]
    return "\n".join(lines + [f"| {timing.what} | {timing.median:.1f} | {timing.worst:.1f} |" for timing in timings])


def bulk_report(timings: list[BulkTiming]) -> str:
    """The second table."""
    lines = [
        "| Bulk request | Tasks | Seconds | Submission beside it, median and worst (ms) |",
        "| --- | --- | --- | --- |",
    ]
    for timing in timings:
        beside = f"{median(timing.submissions):.0f}, {max(timing.submissions):.0f}"
        lines.append(f"| `{timing.what}` | {timing.matched:,} | {timing.seconds:.1f} | {beside} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
