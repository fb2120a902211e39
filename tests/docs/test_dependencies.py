"""docs/dependencies.md, pyproject.toml, constraints.txt and what is installed say the same."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from dependencies import check, licence_problems
from installed import Package, default_set, normalised

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ROW = re.compile(r"\| `([a-z0-9-]+)` \| ([^|]+) \| ([^|]+) \| ([\d.]+) \| (\d+) \|")
PIN = re.compile(r"([A-Za-z0-9._-]+)==(\S+)")


def test_every_direct_dependency_has_a_row_that_says_why():
    rows = ROW.findall((ROOT / "docs" / "dependencies.md").read_text())
    declared = [normalised(Requirement(text).name) for text in PROJECT["dependencies"]]
    assert [name for name, *_ in rows] == sorted(declared)


def test_the_page_says_how_many_packages_there_are():
    said = re.search(r"(\d+) packages with the indirect ones", (ROOT / "docs" / "dependencies.md").read_text())
    assert said
    assert int(said[1]) == len(default_set())


def test_the_licences_in_the_table_are_those_of_the_packages():
    rows = ROW.findall((ROOT / "docs" / "dependencies.md").read_text())
    licences = {package.name: package.licence for package in default_set()}
    assert {name: licence for name, _, licence, *_ in rows} == {name: licences[name] for name, *_ in rows}


def test_the_default_set_is_permissive_and_within_its_budget(capsys):
    assert check() == 0, capsys.readouterr().err


@pytest.mark.parametrize("licence", ["GPL-3.0-only", "MIT AND AGPL-3.0-only", "nothing said", "MPL-2.0", ""])
def test_other_licences_are_refused(licence):
    problems = licence_problems(Package("some-package", "1.0", licence, 0))
    assert [problem.split()[:2] for problem in problems] == [["some-package", "1.0"]]


@pytest.mark.parametrize("licence", ["MIT", "GPL-2.0-only OR MIT", "BSD-3-Clause AND Zlib", "(MIT OR Apache-2.0)"])
def test_permissive_choices_are_taken(licence):
    assert licence_problems(Package("some-package", "1.0", licence, 0)) == []


def test_an_exception_holds_for_one_package_alone():
    assert licence_problems(Package("certifi", "1.0", "MPL-2.0", 0)) == []
    assert licence_problems(Package("certifi-fork", "1.0", "MPL-2.0", 0)) != []


def test_everything_that_is_installed_by_default_is_pinned():
    pins = dict(PIN.findall((ROOT / "constraints.txt").read_text()))
    pinned = {normalised(name): version for name, version in pins.items()}
    installed = {package.name: package.version for package in default_set()}
    assert {name: pinned.get(name) for name in installed} == installed


def test_the_pins_name_no_place_that_only_one_machine_knows():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert [line for line in lines if not line.startswith("#") and not PIN.fullmatch(line)] == []
