"""Promises 4, 5 and 7: rescue at once, finished ranges are kept, and a short file passes a long one."""

from pathlib import Path

import pytest

from samples.large import make_large_pdf
from tests.chaos.service import Service, eventually

PAGES, SCANNED = 300, 24


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_killed_child_costs_one_range_and_a_short_file_passes_a_long_one(service: Service, tmp_path: Path) -> None:
    service.start()
    long_id = service.submit(make_large_pdf(tmp_path / "long.pdf", pages=PAGES, scanned=SCANNED))
    eventually(lambda: done_ranges(service, long_id), why="the first page jobs are done")
    short_id = service.submit(make_large_pdf(tmp_path / "short.pdf", pages=5, scanned=0))
    assert service.wait_for(short_id, 15.0)["status"] == "succeeded"
    assert service.task(long_id)["status"] == "running"

    finished_before = done_ranges(service, long_id)
    eventually(service.busy_children)[-1].kill()
    ended = service.wait_for(long_id, 240.0)
    assert (ended["status"], ended["partial"]) == ("succeeded", False)
    assert ended["progress"] == {"pages_done": PAGES, "pages_total": PAGES}

    attempts = service.attempts(long_id)
    for job_id in finished_before:
        assert [attempt["end"] for attempt in attempts if attempt["job_id"] == job_id].count("done") == 1
        assert not [attempt for attempt in attempts if attempt["job_id"] == job_id and attempt["end"] == "lost"]
    assert len([attempt for attempt in attempts if attempt["kind"] == "assemble" and attempt["end"] == "done"]) == 1
    check_rescue(attempts)


def check_rescue(attempts: list[dict]) -> None:
    """What the killed child had is claimed again in the very commit that tells of its loss; every part is done once in the end."""
    done = [attempt["job_id"] for attempt in attempts if attempt["end"] == "done"]
    assert len(done) == len(set(done))
    losses = [attempt for attempt in attempts if attempt["end"] == "lost"]
    assert losses
    for loss in losses:
        at_once = [attempt for attempt in attempts if attempt["started_at"] == loss["ended_at"]]
        assert any(loss["first_page"] <= again["first_page"] <= loss["last_page"] for again in at_once)


def done_ranges(service: Service, task_id: str) -> set[int]:
    """The page jobs of a task that are done."""
    return {a["job_id"] for a in service.attempts(task_id) if a["kind"] == "pages" and a["end"] == "done"}
