"""The programs, libraries and models that are installed."""

import platform
import shutil
import subprocess
import sys

from pagemill.domain.errors import CATALOGUE
from pagemill.faces.cli.checks.check import Check, missing, ok, problem

OLDEST_PYTHON = (3, 11)
WAL_RESET_BUG = ((3, 7, 0), (3, 51, 2))
"""The first and the last SQLite that may lose a commit when its log is reset while another connection writes."""

ANSWER_SECONDS = 30
OFFICE_PROGRAMS = ("soffice", "libreoffice")


def python(version: tuple[int, ...] = sys.version_info[:3]) -> Check:
    """The interpreter's version."""
    shown = f"{platform.python_implementation()} {'.'.join(map(str, version))}"
    if version < OLDEST_PYTHON:
        return problem("Python", shown, f"Install Python {OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]} or newer.")
    return ok("Python", shown)


def sqlite(version: str) -> Check:
    """The SQLite inside `apsw`, which is the one that keeps the tasks."""
    numbers = tuple(map(int, version.split(".")))
    first, last = WAL_RESET_BUG
    if first <= numbers[:3] <= last:
        return problem("SQLite", f"{version} can lose a commit (the WAL-reset bug)", "Install apsw>=3.54 anew.")
    return ok("SQLite", version)


def models() -> Check:
    """The weights that read scanned pages."""
    from pagemill.domain.errors import PagemillError
    from pagemill.pipeline.ocr.models import DETECTION, RECOGNITION, weights

    try:
        size = sum(weights(name).stat().st_size for name in (DETECTION, RECOGNITION))
    except PagemillError as error:
        return problem("recognition models", error.message, error.hint)
    return ok("recognition models", f"{DETECTION}, {RECOGNITION} ({size / 1e6:.0f} MB)")


def openvino() -> Check:
    """What runs the models, on which devices, and how precisely."""
    from pagemill.pipeline.ocr.engine import core, precision

    try:
        devices, computed = ", ".join(core().available_devices), precision()
    except (ImportError, RuntimeError) as error:
        return problem("OpenVINO", str(error), "Install Pagemill with its dependencies: openvino>=2026.4.")
    speed = (
        "the CPU computes it natively"
        if computed == "bf16"
        else "the CPU has no bf16, so scans take about twice as long"
    )
    return ok("OpenVINO", f"devices: {devices}; {computed} ({speed})")


def libreoffice(programs: tuple[str, ...] = OFFICE_PROGRAMS) -> Check:
    """The program that reads old Office files."""
    path = next(filter(None, map(shutil.which, programs)), None)
    if path is None:
        return missing("LibreOffice", "old Office files cannot be read", CATALOGUE["office_required"].hint)
    return _version("LibreOffice", path)


def tesseract(program: str = "tesseract") -> Check:
    """A second engine for scanned pages."""
    path = shutil.which(program)
    if path is None:
        advice = "Install the package tesseract-ocr if you want its engine; the built-in one needs nothing."
        return missing("Tesseract", "not installed", advice)
    return _version("Tesseract", path)


def _version(name: str, path: str) -> Check:
    """The first line that the program says of itself."""
    advice = f"Run `{path} --version` to see what is wrong."
    try:
        answer = subprocess.run(  # noqa: S603 - a path that the system's own search gave
            [path, "--version"], capture_output=True, text=True, timeout=ANSWER_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        return problem(name, f"{path} does not run: {error}", advice)
    said = (answer.stdout or answer.stderr).strip()
    return ok(name, said.splitlines()[0].strip() if said else path)
