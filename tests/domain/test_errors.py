"""Errors: they come home from a child process as they left, and every code has a meaning that somebody uses."""

import copy
import inspect
import pickle
import re
from pathlib import Path

import pytest

from pagemill.domain import errors
from pagemill.domain.errors import CATALOGUE, Fault, PagemillError, TooBusy, TransientError

ROOT = Path(__file__).parents[2]
KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, PagemillError)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("code", ["", "page_timeout"])
@pytest.mark.parametrize("way", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy])
def test_an_error_comes_home_from_a_child_as_it_left(kind: type[PagemillError], code: str, way) -> None:
    error = kind("Page 3 of a.pdf is torn", code=code, hint="Mend it.", page=3)
    home = way(error)
    assert type(home) is kind
    assert home.problem() == error.problem()
    assert str(home) == str(error) == "Page 3 of a.pdf is torn"


@pytest.mark.parametrize("kind", [TransientError, TooBusy])
def test_the_wait_that_an_error_asks_for_comes_home_too(kind: type[TransientError | TooBusy]) -> None:
    error = kind("not now")
    error.retry_after = 17.0
    assert pickle.loads(pickle.dumps(error)).retry_after == 17.0


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_without_words_says_what_the_catalogue_says(kind: type[PagemillError]) -> None:
    problem = kind().problem()
    assert (problem.message, problem.hint) == (CATALOGUE[kind.code].title, CATALOGUE[kind.code].hint)


def test_every_kind_of_error_is_in_the_tree_that_the_module_draws() -> None:
    drawn = set(re.findall(r"[A-Z]\w+", (errors.__doc__ or "").split("Each code")[0]))
    assert {kind.__name__ for kind in KINDS} <= drawn


def test_a_code_that_is_not_in_the_catalogue_cannot_be_raised() -> None:
    with pytest.raises(KeyError):
        PagemillError(code="made_up")


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=CATALOGUE)
def test_every_code_says_what_happened_and_what_to_do(entry: errors.ErrorCode) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", entry.code)
    assert 400 <= entry.status < 600
    assert entry.title[0].isupper()
    assert not entry.title.endswith(".")
    assert entry.hint.endswith(".")


def test_every_code_is_used() -> None:
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    lines = [line for source in sources for line in source.splitlines() if not line.startswith("    ErrorCode(")]
    used = set(re.findall(r'"([a-z_]+)"', "\n".join(lines)))
    assert set(CATALOGUE) <= used


@pytest.mark.parametrize("fault", Fault)
def test_every_kind_of_fault_has_a_code(fault: Fault) -> None:
    assert any(entry.fault is fault for entry in CATALOGUE.values())
