"""Promise 8: at the end of the disk the answer is 507, and what was accepted finishes when there is room again."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.service import Service, eventually

DISK_BYTES = 48 * 1024 * 1024


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 48 MB. Mounting one needs the right to; CI has it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", disk]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    if mounted.returncode and os.environ.get("CI") != "true":
        pytest.skip(f"needs the right to mount: {mounted.stderr.strip()}")
    assert mounted.returncode == 0, mounted.stderr
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


@pytest.mark.slow
def test_a_full_disk_refuses_new_work_and_keeps_the_old(small_disk: Path, corpus: dict[str, Path]) -> None:
    service = Service(small_disk / "data")
    service.log = small_disk.parent / "serve.log"
    service.start()
    try:
        accepted = [service.submit(corpus["vat-book-scan.pdf"]) for _ in range(3)]
        filler = fill(small_disk)
        refused = service.http.post("/v1/tasks", files={"file": ("big.txt", b"words " * 200_000)})
        assert (refused.status_code, refused.json()["code"]) == (507, "storage_full")
        filler.unlink()
        assert {service.wait_for(task_id)["status"] for task_id in accepted} == {"succeeded"}
        assert service.wait_for(service.submit(corpus["page-units.html"]))["status"] == "succeeded"
        listed = eventually(lambda: service.http.get("/v1/tasks").json()["tasks"])
        assert len(listed) == len(accepted) + 1, "the refused submission left no task behind"
    finally:
        service.close()


def fill(disk: Path) -> Path:
    """Uses up every byte that is left."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(64 * 1024))
        except OSError:
            return filler
