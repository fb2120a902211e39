"""Temporary files of workers do not outlive them, however they end."""

import os
import tempfile
from pathlib import Path

import pytest

from pagemill.domain.outcome import Lost
from pagemill.work.local.scratch import ScratchFolder, remove_left_folders


@pytest.fixture
def temporary(tmp_path, monkeypatch) -> Path:
    """Where this machine keeps temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.slow
@pytest.mark.anyio
async def test_a_killed_child_leaves_no_temporary_file(temporary, workshop):
    async with workshop() as shop:
        lost = await shop.run("litter", page_seconds=0.5)
        assert isinstance(lost, Lost)
        littered = Path(lost.evidence.stage)
        assert littered.is_relative_to(temporary)
        assert not littered.parent.exists()
    assert list(temporary.iterdir()) == []


def test_a_folder_in_use_is_not_taken_for_one_that_was_left(temporary):
    used, left = ScratchFolder(), ScratchFolder()
    (left.path / "file").write_text("x")
    os.close(left._lock)  # as the system does when a process is killed
    remove_left_folders()
    assert list(temporary.iterdir()) == [used.path]
    used.remove()
    used.remove()
    assert list(temporary.iterdir()) == []


def test_what_only_looks_like_such_a_folder_stays(temporary):
    (temporary / "pagemill-worker-file").write_text("x")
    (temporary / "elsewhere").mkdir()
    (temporary / "pagemill-worker-link").symlink_to(temporary / "elsewhere")
    remove_left_folders()
    assert {path.name for path in temporary.iterdir()} == {"pagemill-worker-file", "pagemill-worker-link", "elsewhere"}
