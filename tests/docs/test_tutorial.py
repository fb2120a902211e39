"""docs/tutorial.md does what it says: every command is run, in order, and what it prints is compared."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from samples.demo_files import make_demo_files
from tests.chaos.service import eventually, free_port

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(console|python|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PORT = "8000"
SERVE = "pagemill serve"
MAKE_SAMPLES = "make samples"


class Reader:
    """Somebody who follows the tutorial in an empty folder, on a port that is free."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = str(free_port())
        self.services: list[subprocess.Popen[str]] = []
        self.environment = os.environ | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PAGEMILL_URL": f"http://127.0.0.1:{self.port}",
        }

    def does(self, command: str) -> str:
        """What the command prints. `make samples` is done without make, for this is not the repository's own folder."""
        if command == MAKE_SAMPLES:
            return "".join(f"{path}\n" for path in make_demo_files(self.folder / "demo-data" / "samples"))
        if command == SERVE:
            return self.serves()
        if command.startswith("pkill"):
            self.services[-1].send_signal(signal.SIGKILL)
            self.services[-1].wait()
            return ""
        return self.runs(["bash", "-c", command])

    def runs(self, command: list[str]) -> str:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )
        return done.stdout

    def serves(self) -> str:
        service = subprocess.Popen(
            [sys.executable, "-m", "pagemill", "serve", "--port", self.port],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.services.append(service)
        assert service.stdout is not None
        line = service.stdout.readline()
        eventually(self.is_ready, why="the service is ready")
        return line.replace(self.port, PORT)

    def is_ready(self) -> bool:
        try:
            return httpx2.get(f"{self.environment['PAGEMILL_URL']}/readyz").status_code == 200
        except httpx2.TransportError:
            return False


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    reader = Reader(tmp_path)
    yield reader
    for service in reader.services:
        service.terminate()
        service.communicate()


def steps() -> Iterator[tuple[str, str]]:
    """Each command (or Python program) with what the page says it prints."""
    blocks = BLOCK.findall((ROOT / "docs" / "tutorial.md").read_text())
    for index, (kind, text) in enumerate(blocks):
        if kind == "console":
            for step in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                command, _, said = step.partition("\n")
                yield command, said
        elif kind == "python":
            assert blocks[index + 1][0] == "text"
            yield f"python: {text}", blocks[index + 1][1]


@pytest.mark.long
def test_the_tutorial_does_what_it_says(reader: Reader):
    for command, said in steps():
        program = command.removeprefix("python: ")
        printed = reader.runs([sys.executable, "-c", program]) if program != command else reader.does(command)
        expected = "".join(".*?" if part == "…" else re.escape(part) for part in re.split("(…)", said))
        assert re.fullmatch(expected, printed, re.DOTALL), f"{command}\nprinted\n{printed}\nand not\n{said}"
