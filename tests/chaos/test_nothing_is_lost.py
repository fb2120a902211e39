"""Promise 1: every accepted task ends in exactly one terminal state, whatever is killed and when."""

import signal
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import httpx2
import pytest

from tests.chaos.service import TERMINAL, Service, eventually, fsck

TASKS = 100
STEP = 12
"""How many more tasks must have ended before the next fault: about as many as keep all faults within the run."""

SLOW_FILES = ("vat-book-scan.pdf", "recipe-photo.png")
"""Submitted before each fault, so that there is always work to hit."""

FAULTS = ("child", "node", "tree", "stopped child", "terminate", "child", "tree", "child", "node")
EXPECTED_CODES = {"truncated.pdf": {"corrupt_file"}, "junk.png": {"corrupt_file"}}
SHARES = {
    "paper-sizes.pdf": 6,
    "page-units.html": 5,
    "history-of-the-page.md": 5,
    "recipe-photo.png": 2,
    "vat-book-scan.pdf": 1,
    "truncated.pdf": 2,
    "junk.png": 1,
}


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [20261123])
def test_every_accepted_task_ends_whatever_is_killed(service: Service, corpus: dict[str, Path], seed: int) -> None:
    random = Random(seed)
    service.start()
    names = random.choices(list(SHARES), weights=list(SHARES.values()), k=TASKS)
    accepted = {service.submit(corpus[name]): name for name in names}
    for fault in FAULTS:
        accepted |= {service.submit(corpus[name]): name for name in SLOW_FILES}
        finished = count_finished(service)
        assert finished < len(accepted), "every fault hits while tasks are in flight"
        hurt(service, fault, random)
        goal = min(finished + STEP, len(accepted))
        eventually(lambda goal=goal: count_finished(service) >= goal)
    ended = {task_id: service.wait_for(task_id, 240.0) for task_id in accepted}
    results: dict[str, set[bytes]] = {}
    for task_id, task in ended.items():
        check_the_end(service, task, accepted[task_id], results)
    assert all(len(variants) == 1 for variants in results.values()), "the same file gives the same bytes"
    assert service.terminate() == 0
    report = fsck(service.data)
    assert report.returncode == 0, report.stdout + report.stderr


def hurt(service: Service, fault: str, random: Random) -> None:
    """Does the damage and brings the service back if that took it away."""
    match fault:
        case "child":
            random.choice(service.children()).kill()
        case "stopped child":
            workers = service.busy_children() or service.children()
            random.choice(workers).send_signal(signal.SIGSTOP)
        case "node":
            service.kill_node()
            service.start()
        case "tree":
            service.kill_tree()
            service.start()
        case "terminate":
            assert service.terminate() == 0
            service.start()


def count_finished(service: Service) -> int:
    """How many tasks are over."""
    counted = 0
    for status in TERMINAL:
        cursor = ""
        while True:
            page = service.http.get("/v1/tasks", params={"status": status, "limit": 100, "cursor": cursor}).json()
            counted += len(page["tasks"])
            cursor = page.get("next_cursor") or ""
            if not cursor:
                break
    return counted


def check_the_end(service: Service, task: dict[str, Any], name: str, results: dict[str, set[bytes]]) -> None:
    """A readable result, or the typed error that this file deserves; one terminal event and attempts that only rise."""
    if name in EXPECTED_CODES:
        assert (task["status"], task["error"]["code"] in EXPECTED_CODES[name]) == ("failed", True), task
    else:
        assert task["status"] == "succeeded", task
        results.setdefault(name, set()).add(service.result(task["id"], "md"))
    attempts = service.attempts(task["id"])
    numbers = Counter((attempt["job_id"], attempt["attempt"]) for attempt in attempts)
    assert max(numbers.values()) == 1
    assert all(attempt["ended_at"] for attempt in attempts)


@pytest.mark.slow
def test_a_task_accepted_just_before_a_kill_is_not_lost(service: Service, corpus: dict[str, Path]) -> None:
    service.start()
    accepted = []
    for _ in range(5):
        accepted.append(service.submit(corpus["page-units.html"]))
        service.kill_tree()
        service.start()
    assert {service.wait_for(task_id)["status"] for task_id in accepted} == {"succeeded"}


@pytest.mark.slow
def test_a_folder_has_one_owner(service: Service) -> None:
    service.start()
    second = Service(service.data)
    with pytest.raises(AssertionError, match=r"ended with 2(?s:.*)PostgreSQL"):
        second.start()
    assert service.http.get("/livez").status_code == 200


@pytest.mark.slow
def test_sigterm_with_an_open_stream_and_running_jobs_ends_in_time_and_counts_nothing(
    service: Service, corpus: dict[str, Path]
) -> None:
    service.start()
    task_id = service.submit(corpus["vat-book-scan.pdf"])
    eventually(lambda: service.task(task_id)["status"] == "running")
    with httpx2.stream("GET", f"{service.http.base_url}/v1/events", timeout=30.0) as stream:
        assert stream.status_code == 200
        assert service.terminate(seconds=10.0) == 0
    service.start()
    assert service.wait_for(task_id)["status"] == "succeeded"
    assert "lost" not in {attempt["end"] for attempt in service.attempts(task_id)}
