"""What the documentation names exists: files, headings, make targets, commands and settings."""

import re
from pathlib import Path

import pytest

from pagemill.config import CLIENT_NAMES, PREFIX, Settings
from pagemill.faces.cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
LINK_WITH_TITLE = re.compile(r"\[([^\]]+)\]\((0[^)]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    assert [link for link in _links(page) if not _leads_somewhere(page, link)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_make_target_and_command_exists(page):
    code = _code(page)
    targets = set(re.findall(r"(?m)(?:^\$ |^)make ([a-z]+)", code))
    commands = set(re.findall(r"(?m)(?:^\$ |^|`)pagemill ([a-z]+)", code))
    assert targets <= _make_targets()
    assert commands <= set(COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_setting_exists(page):
    known = {PREFIX + name.upper() for name in Settings.model_fields} | CLIENT_NAMES
    assert set(re.findall(r"PAGEMILL_[A-Z_]*[A-Z]", page.read_text())) <= known


def test_the_glossary_is_in_order_and_says_each_word_once():
    words = re.findall(r"(?m)^\| \*\*([^*]+)\*\* \|", (ROOT / "docs" / "glossary.md").read_text())
    assert words == sorted(set(words))
    assert len(words) > 30


def test_every_decision_is_listed_with_its_title():
    listed = dict(LINK_WITH_TITLE.findall((ROOT / "docs" / "decisions" / "README.md").read_text()))
    titles = {path.name: _title(path) for path in (ROOT / "docs" / "decisions").glob("0*.md")}
    assert {file: title for title, file in listed.items()} == titles


def test_no_page_is_left_alone():
    linked = {(page.parent / link.partition("#")[0]).resolve() for page in PAGES for link in _links(page)}
    reached_otherwise = {ROOT / "README.md"}
    assert [str(page.relative_to(ROOT)) for page in PAGES if page not in linked | reached_otherwise] == []


def _links(page: Path) -> list[str]:
    return [link for link in LINK.findall(page.read_text()) if not link.startswith("http")]


def _leads_somewhere(page: Path, link: str) -> bool:
    file, _, heading = link.partition("#")
    target = (page.parent / file).resolve() if file else page
    return target.exists() and (not heading or heading in _headings(target))


def _headings(page: Path) -> set[str]:
    titles = re.findall(r"(?m)^#+ (.+)$", page.read_text())
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def _code(page: Path) -> str:
    """What stands in code blocks and in code spans, a line each."""
    text = page.read_text()
    blocks = re.findall(r"(?ms)^```\w*\n(.*?)^```", text)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"(?ms)^```.*?^```", "", text))
    return "\n".join([*blocks, *spans])


def _make_targets() -> set[str]:
    return set(re.findall(r"(?m)^([a-z]+):.*##", (ROOT / "Makefile").read_text()))


def _title(page: Path) -> str:
    return re.sub(r"^# \d+\. ", "", page.read_text().splitlines()[0])
