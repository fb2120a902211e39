"""What the kill tests share: the demo's files and a service in a temporary folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from samples.demo_files import make_demo_files
from tests.chaos.service import Service

QUICK = {"PAGEMILL_PAGE_SECONDS": "8", "PAGEMILL_JOB_SECONDS": "20", "PAGEMILL_GRACE_SECONDS": "8"}


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The five demo files and two that no reader can take, by name."""
    folder = tmp_path_factory.mktemp("corpus")
    files = {path.name: path for path in make_demo_files(folder)}
    whole = files["paper-sizes.pdf"].read_bytes()
    files["truncated.pdf"] = folder / "truncated.pdf"
    files["truncated.pdf"].write_bytes(whole[:600])
    files["junk.png"] = folder / "junk.png"
    files["junk.png"].write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4)
    return files


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service with short deadlines, not started yet."""
    service = Service(tmp_path / "data", QUICK)
    yield service
    service.close()
