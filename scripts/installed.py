"""What a plain `pip install pagemill` puts on a machine, read from the metadata of what is installed here."""

import re
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution, packages_distributions
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = "pagemill"
IMPORT_RUNS = 7
MODULE_THAT_IS_USED = {
    "liteparse": "liteparse.parser",
    "pillow": "PIL.Image",
    "rich": "rich.progress",
    "selectolax": "selectolax.lexbor",
}

SPDX_OF_FREE_TEXT = {
    "any-OSI": "MIT",  # apsw lets its users choose any OSI licence
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "OSI Approved :: Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
    "ISC License": "ISC",
    "MIT License": "MIT",
}


@dataclass(frozen=True)
class Package:
    """One installed package. `licence` is an SPDX expression where the package says one, else its own words."""

    name: str
    version: str
    licence: str
    size_bytes: int


def default_set() -> tuple[Package, ...]:
    """Everything that Pagemill needs without extras, directly or not, by name; Pagemill itself is left out."""
    found: dict[str, Distribution] = {}
    _collect(PROJECT, frozenset(), found)
    return tuple(_package(found[name]) for name in sorted(found) if name != PROJECT)


def direct_dependencies() -> tuple[str, ...]:
    """The names that pyproject.toml lists, normalised, in order."""
    return tuple(sorted(normalised(needed.name) for needed in _requirements(distribution(PROJECT), frozenset())))


def normalised(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def import_milliseconds(name: str) -> int:
    """How much longer a new interpreter takes when it imports this package: the best of some runs, files cached."""
    module = MODULE_THAT_IS_USED.get(name) or _module_of(name)
    return max(0, round((_seconds_to_run(f"import {module}") - _seconds_to_run("pass")) * 1000))


def _module_of(name: str) -> str:
    modules = [module for module, owners in packages_distributions().items() if name in map(normalised, owners)]
    return next(module for module in sorted(modules) if not module.startswith("_"))


def _collect(name: str, extras: frozenset[str], found: dict[str, Distribution]) -> None:
    if normalised(name) in found:
        return
    found[normalised(name)] = installed = distribution(name)
    for needed in _requirements(installed, extras):
        _collect(needed.name, frozenset(needed.extras), found)


def _requirements(installed: Distribution, extras: frozenset[str]) -> list[Requirement]:
    wanted = [Requirement(text) for text in installed.requires or ()]
    return [needed for needed in wanted if _applies(needed, extras)]


def _applies(needed: Requirement, extras: frozenset[str]) -> bool:
    return needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in (*extras, ""))


def _package(installed: Distribution) -> Package:
    files = [path for path in (Path(str(file.locate())) for file in installed.files or ()) if path.is_file()]
    size_bytes = sum(path.stat().st_size for path in files)
    return Package(normalised(installed.name), installed.version, _licence(installed), size_bytes)


def _licence(installed: Distribution) -> str:
    metadata = installed.metadata
    classifiers = [value for value in metadata.get_all("Classifier", []) if value.startswith("License ::")]
    last_words = [value.split(" :: ")[-1] for value in classifiers]
    fields = [*metadata.get_all("License-Expression", []), *metadata.get_all("License", []), " AND ".join(last_words)]
    stated = next((field.strip() for field in fields if field.strip()), "nothing said")
    return SPDX_OF_FREE_TEXT.get(stated, stated)


def _seconds_to_run(code: str) -> float:
    return min(_seconds_of_one_run(code) for _ in range(IMPORT_RUNS))


def _seconds_of_one_run(code: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    return time.perf_counter() - begun
