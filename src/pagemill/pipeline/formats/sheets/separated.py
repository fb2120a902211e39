"""CSV and TSV files: one table, its columns parted by commas, semicolons, tabs or bars."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from itertools import islice
from pathlib import Path, PurePath

from pagemill.domain.document import PageContent
from pagemill.domain.errors import DocumentError
from pagemill.domain.limits import Limits
from pagemill.pipeline.formats.cells import CellBudget
from pagemill.pipeline.formats.encoding import decoded
from pagemill.pipeline.formats.native import NativeReader, OpenFile
from pagemill.pipeline.formats.sheets.grid import Grid, SheetValue
from pagemill.pipeline.formats.sheets.page import separated_page
from pagemill.pipeline.source import Source

DELIMITERS = ",;\t|"
_SAMPLE_CHARACTERS = 64 * 1024
_SAMPLE_ROWS = 200
_LARGEST_FIELD = 2**31 - 1


class SeparatedReader(NativeReader):
    """Reads CSV and TSV files as one page with one table, named after the file."""

    @contextmanager
    def opened(self, source: Source, limits: Limits) -> Iterator[OpenFile]:
        """The file, read. Raises `DocumentError` (`empty_file`)."""
        del limits
        data = Path(source.path).read_bytes()
        if not data.strip():
            raise DocumentError(f"{source.file_name} is empty", code="empty_file")
        yield _Separated(decoded(data), PurePath(source.file_name).stem)


class _Separated:
    page_count = 1
    title = ""

    def __init__(self, text: str, name: str) -> None:
        self._text, self._name = text, name

    def page(self, number: int, budget: CellBudget) -> PageContent:
        cells: list[SheetValue] = []
        for row, record in enumerate(_records(self._text, delimiter_of(self._text))):
            line = [SheetValue(row, column, text) for column, text in enumerate(map(str.strip, record)) if text]
            budget.take(len(line))
            cells += line
        return separated_page(number, self._name, Grid(cells), budget)


def delimiter_of(text: str) -> str:
    """What parts the columns: of all candidates the one that cuts the most records into the same number of fields.

    Between equals, the one that gives more columns; a comma if nothing parts anything.
    """
    sample = text[:_SAMPLE_CHARACTERS]
    return max(DELIMITERS, key=lambda delimiter: _likelihood(sample, delimiter))


def _likelihood(sample: str, delimiter: str) -> tuple[float, int]:
    if delimiter not in sample:
        return 0.0, 0
    widths = [len(record) for record in islice(_records(sample, delimiter), _SAMPLE_ROWS) if record]
    counts = {width: widths.count(width) for width in set(widths) if width > 1}
    if not counts:
        return 0.0, 0
    usual = max(counts, key=lambda width: (counts[width], width))
    return counts[usual] / len(widths), usual


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    """The records; a quote that never ends is a character like any other."""
    csv.field_size_limit(_LARGEST_FIELD)
    unended = text.count('"') % 2 == 1 and _swallows(text, delimiter)
    if unended:
        return csv.reader(StringIO(text), delimiter=delimiter, quoting=csv.QUOTE_NONE)
    return csv.reader(StringIO(text), delimiter=delimiter)


def _swallows(text: str, delimiter: str) -> bool:
    """Whether the last field goes on over the end of its line."""
    last: list[str] = []
    for record in csv.reader(StringIO(text), delimiter=delimiter):
        last = record or last
    return bool(last) and "\n" in last[-1].rstrip("\n")
