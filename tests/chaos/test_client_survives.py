"""Whoever waits for a task gets it, whether the service is killed meanwhile, the waiting program, or both."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from pagemill.client import Client, Task
from tests.chaos.service import Service, eventually

pytestmark = pytest.mark.slow

SUBMIT_AND_WAIT = """
import sys
from pagemill.client import Client
with Client(sys.argv[1]) as client:
    task = client.submit(sys.argv[2])
    print(task.id, flush=True)
    task.wait()
"""
TAKE_UP = """
import sys
from pagemill.client import Client
with Client(sys.argv[1]) as client:
    task = client.task(sys.argv[2]).wait(timeout_seconds=120)
    print(task.status, task.save(sys.argv[3]))
"""


@pytest.fixture
def client(service: Service) -> Iterator[Client]:
    service.start()
    with Client(f"http://127.0.0.1:{service.port}") as client:
        yield client


@pytest.fixture
def elsewhere() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as thread:
        yield thread


def test_waiting_goes_on_when_the_service_is_killed_and_comes_back(
    service: Service, client: Client, corpus: dict[str, Path], elsewhere: ThreadPoolExecutor
) -> None:
    task = client.submit(corpus["vat-book-scan.pdf"])
    waiting = elsewhere.submit(task.wait, timeout_seconds=120)
    events = elsewhere.submit(lambda: [event.kind for event in task.events()])
    eventually(lambda: service.task(task.id)["status"] == "running")
    service.kill_tree()
    service.start()
    assert waiting.result().status == "succeeded"
    assert task.markdown().startswith("# The Vat Book")
    assert events.result().count("succeeded") == 1


def test_a_submission_that_meets_no_service_is_made_once_when_it_is_back(
    service: Service, client: Client, corpus: dict[str, Path], elsewhere: ThreadPoolExecutor
) -> None:
    client.submit(corpus["history-of-the-page.md"])
    service.kill_tree()
    submitting: Future[Task] = elsewhere.submit(client.submit, corpus["page-units.html"])
    service.start()
    assert submitting.result().wait(timeout_seconds=120).status == "succeeded"
    assert len(list(client.tasks(query="page-units"))) == 1


def test_another_program_takes_the_task_up_by_its_id(
    service: Service, client: Client, corpus: dict[str, Path], tmp_path: Path
) -> None:
    url, target = f"http://127.0.0.1:{service.port}", tmp_path / "book.md"
    command = [sys.executable, "-c", SUBMIT_AND_WAIT, url, corpus["vat-book-scan.pdf"]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        task_id = first.stdout.readline().strip()
        first.kill()
    service.kill_tree()
    command = [sys.executable, "-c", TAKE_UP, url, task_id, str(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as second:
        service.start()
        assert second.communicate(timeout=120)[0] == f"succeeded {target}\n"
    assert target.read_text() == client.task(task_id).markdown()
