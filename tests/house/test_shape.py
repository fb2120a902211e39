"""The house keeps its shape: small files, short functions, honest names, declared dependencies, no SQL in Python."""

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
ALL_PYTHON = sorted(path for folder in ("src", "tests", "samples", "scripts") for path in (ROOT / folder).rglob("*.py"))

MOST_LINES_IN_A_FILE = 350
MOST_LINES_IN_A_FUNCTION = 40
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "core"}
SQL = re.compile(
    r"^\s*(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+(TABLE|INDEX))\s", re.DOTALL
)
CARRIED_BY_ANOTHER = {"pydantic": "fastapi", "starlette": "fastapi"}
USED_WITHOUT_IMPORT = {"rapidocr"}


def test_no_file_is_too_long():
    lengths = {_name(path): len(_text(path).splitlines()) for path in ALL_PYTHON}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES_IN_A_FILE} == {}


def test_no_function_is_too_long():
    too_long = {
        f"{_name(path)}:{function.lineno} {function.name}": _lines(function)
        for path in ALL_PYTHON
        for function in _functions(path)
        if _lines(function) > MOST_LINES_IN_A_FUNCTION
    }
    assert too_long == {}


def test_the_median_function_is_short():
    lengths = sorted(_lines(function) for path in SOURCES for function in _functions(path))
    assert lengths[len(lengths) // 2] <= 10


def test_no_module_has_a_name_that_says_nothing():
    assert [_name(path) for path in SOURCES if NAMES_THAT_SAY_NOTHING & {path.stem, path.parent.name}] == []


def test_no_sql_is_written_in_python():
    assert [f"{_name(path)}:{line}" for path in SOURCES for line, text in _strings(path) if SQL.match(text)] == []


def test_the_sources_import_exactly_what_is_declared():
    declared = {Requirement(text).name for text in _project()["dependencies"]}
    assert _imported_packages() | USED_WITHOUT_IMPORT == declared


@pytest.mark.parametrize("text", ["SELECT id\n FROM task ", "insert into task ".upper(), "UPDATE job SET state = 1"])
def test_sql_is_recognised(text):
    assert SQL.match(text)


@cache
def _text(path: Path) -> str:
    return path.read_text()


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(_text(path))


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def _functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(_tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Without docstring and decorators: what has to be understood."""
    body = function.body[1:] if ast.get_docstring(function) and len(function.body) > 1 else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1


def _strings(path: Path) -> list[tuple[int, str]]:
    nodes = [node for node in ast.walk(_tree(path)) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [(node.lineno, node.value) for node in nodes]


def _imported_packages() -> set[str]:
    owners = packages_distributions()
    modules = {module for path in SOURCES for module in _imported_modules(path)}
    foreign = modules - set(sys.stdlib_module_names) - {"pagemill"}
    packages = {owners[module][0] if module in owners else module for module in foreign}
    return {CARRIED_BY_ANOTHER.get(package, package) for package in packages}


def _imported_modules(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.partition(".")[0])
    return found
