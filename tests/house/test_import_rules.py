"""The import rules in pyproject.toml hold, and each of them would notice a breach."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BREACHES = {
    "The house: each room knows only the rooms below it": ("base/clock.py", "import pagemill.work"),
    "The faces: the command line may start the service": ("faces/client/client.py", "import pagemill.faces.cli.main"),
    "Workers never open the database": ("pipeline/__init__.py", "import pagemill.store.queue"),
    "Only bootstrap names an engine": ("dispatch/node.py", "import pagemill.blobs.folder"),
    "The client carries no server code": ("faces/client/client.py", "import fastapi"),
    "The domain is pure": ("domain/retry.py", "import time"),
}


@pytest.fixture
def copied_house(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "src" / "pagemill", tmp_path / "pagemill", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_every_rule_is_kept(copied_house):
    assert _broken_rules(copied_house) == set()


def test_every_rule_notices_a_breach(copied_house):
    for file, line in BREACHES.values():
        with (copied_house / "pagemill" / file).open("a") as source:
            source.write(f"\n{line}\n")
    assert _broken_rules(copied_house) == set(BREACHES)


def _broken_rules(house: Path) -> set[str]:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"]
    environment = os.environ | {"PYTHONPATH": str(house), "COLUMNS": "200"}
    shown = subprocess.run(command, cwd=house, env=environment, capture_output=True, text=True, check=False).stdout
    assert "Contracts: " in shown
    return {name for name in BREACHES if any(name in line and "BROKEN" in line for line in shown.splitlines())}
