"""docs/errors.md lists the catalogue, row by row."""

from pathlib import Path

from pagemill.domain.errors import CATALOGUE, Fault

TEXT = (Path(__file__).parents[2] / "docs" / "errors.md").read_text()


def test_every_code_has_its_row_and_there_are_no_others():
    expected = [
        f"| `{entry.code}` | {entry.status} | {entry.fault} | {entry.title} | {entry.hint} |"
        for entry in CATALOGUE.values()
    ]
    assert [line for line in TEXT.splitlines() if line.startswith("| `") and line.count("|") == 6] == expected


def test_every_fault_is_explained():
    for fault in Fault:
        assert f"| {fault} | " in TEXT
