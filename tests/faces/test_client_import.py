"""What `from pagemill.client import …` brings with it: next to nothing."""

import json
import re
import subprocess
import sys
from importlib.metadata import distribution, packages_distributions

from packaging.requirements import Requirement

HEAVY = {
    "apsw",
    "cv2",
    "docx",
    "fastapi",
    "liteparse",
    "lxml",
    "numpy",
    "openvino",
    "pydantic",
    "pypdfium2",
    "rapidocr",
}
ROOMS = {"blobs", "bootstrap", "config", "dispatch", "intake", "pipeline", "store", "work"}
CLIENT_INSTALL = ("httpx2", "msgspec", "tenacity")
IMPORT_AND_TELL = """
import json, sys, time
began = time.perf_counter()
from pagemill.client import AsyncClient, Client
print(json.dumps({"seconds": time.perf_counter() - began, "modules": sorted(sys.modules)}))
"""
REFUSE_ALL_BUT = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in %r:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Refuse())
"""


def run(script: str) -> dict[str, object]:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    print(f"imported in {told['seconds']:.3f} s")
    return told


def test_neither_a_parser_nor_the_service_is_imported():
    modules = run(IMPORT_AND_TELL)["modules"]
    assert {module.partition(".")[0] for module in modules} & HEAVY == set()
    assert {module for module in modules if module.startswith("pagemill.") and module.split(".")[1] in ROOMS} == set()


def test_three_packages_and_what_they_need_are_enough():
    refused = {
        module for module, owners in packages_distributions().items() if not allowed() & set(map(_normalised, owners))
    }
    assert refused & HEAVY
    script = REFUSE_ALL_BUT % (refused - {"pagemill"}) + IMPORT_AND_TELL + "Client().close()"
    assert "pagemill.faces.client.client" in run(script)["modules"]


def allowed() -> set[str]:
    """The packages of a client's install: the three, and whatever they name as needed."""
    found: set[str] = set()
    waiting = list(CLIENT_INSTALL)
    while waiting:
        name = _normalised(waiting.pop())
        if name not in found:
            found.add(name)
            needed = [Requirement(text) for text in distribution(name).requires or ()]
            waiting += [need.name for need in needed if need.marker is None or need.marker.evaluate({"extra": ""})]
    return found


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
