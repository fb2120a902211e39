"""Promise 6: a page that kills its worker is convicted alone; its file is partial or fails with evidence; all else goes on."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from samples.large import make_large_pdf
from tests.chaos.conftest import QUICK
from tests.chaos.poisoned import POISON_PAGE
from tests.chaos.service import Service, fsck

ROOT = Path(__file__).parents[2]
PAGES = 500


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service whose children die over page 250 of files with `poison` in their name."""
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    program = (sys.executable, "-m", "tests.chaos.poisoned")
    service = Service(tmp_path / "data", QUICK | {"PYTHONPATH": paths}, program)
    service.start()
    yield service
    service.close()


@pytest.fixture(scope="module")
def poison(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_large_pdf(tmp_path_factory.mktemp("poison") / "poison.pdf", pages=PAGES, scanned=0)


@pytest.mark.slow
def test_one_lethal_page_of_500_is_named_and_left_out(service: Service, poison: Path, corpus: dict[str, Path]) -> None:
    pid = service.process.pid
    neighbours = [service.submit(corpus["page-units.html"]) for _ in range(4)]
    task_id = service.submit(poison, {"error_handling": "continue"})
    neighbours += [service.submit(corpus["paper-sizes.pdf"]) for _ in range(4)]
    task = service.wait_for(task_id)
    assert (task["status"], task["partial"], task["error"]) == ("succeeded", True, None)
    document = service.http.get(f"/v1/tasks/{task_id}/result.json").json()
    assert document["failed_pages"] == [POISON_PAGE]
    assert {segment["page"] for segment in document["segments"]} == set(range(1, PAGES + 1)) - {POISON_PAGE}
    assert {service.wait_for(other)["status"] for other in neighbours} == {"succeeded"}
    assert service.process.pid == pid
    assert fsck(service.data).returncode == 0


@pytest.mark.slow
def test_without_leave_to_continue_it_fails_with_evidence(service: Service, poison: Path) -> None:
    task_id = service.submit(poison)
    task = service.wait_for(task_id)
    assert (task["status"], task["error"]["code"], task["error"]["page"]) == ("failed", "crashed", POISON_PAGE)
    convictions = [attempt["error"]["evidence"] for attempt in service.attempts(task_id) if attempt["end"] == "lost"]
    assert {evidence["signal"] for evidence in convictions} == {"SIGSEGV"}
    assert convictions[-1]["page"] == POISON_PAGE
    assert service.http.get("/readyz").status_code == 200
    assert fsck(service.data).returncode == 0
