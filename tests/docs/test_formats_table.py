"""docs/formats.md lists every kind of file that is read, in the order of the one table of formats."""

from pathlib import Path

from pagemill.domain.formats import FORMATS, FileFormat

TEXT = (Path(__file__).parents[2] / "docs" / "formats.md").read_text()
ROWS = [line for line in TEXT.splitlines() if line.startswith("| ") and line.count("|") == 6 and "`" in line]


def test_every_format_has_its_row_and_there_are_no_others():
    assert [row.rsplit("|", 3)[0] for row in ROWS] == [_begin(entry) for entry in FORMATS]


def test_every_row_says_how_pages_come_about_and_what_is_read():
    assert all(cell.strip() for row in ROWS for cell in row.split("|")[4:6])


def test_what_needs_libreoffice_says_so():
    needing = {entry.name for entry in FORMATS if entry.needs_office}
    assert {row.split("|")[1].strip() for row in ROWS if "Needs LibreOffice" in row} == needing


def _begin(entry: FileFormat) -> str:
    suffixes = ", ".join(f"`{suffix}`" for suffix in entry.suffixes)
    return f"| {entry.name} | {suffixes} | `{entry.media_type}` "
