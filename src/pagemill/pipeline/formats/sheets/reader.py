"""XLSX files."""

from collections.abc import Iterator
from contextlib import contextmanager

from pagemill.domain.document import PageContent
from pagemill.domain.limits import Limits
from pagemill.pipeline.formats.cells import CellBudget
from pagemill.pipeline.formats.native import NativeReader, OpenFile
from pagemill.pipeline.formats.open_xml.package import Package, opened_package
from pagemill.pipeline.formats.sheets.drawings import drawn_blocks
from pagemill.pipeline.formats.sheets.grid import Grid
from pagemill.pipeline.formats.sheets.page import sheet_page
from pagemill.pipeline.formats.sheets.workbook import Workbook
from pagemill.pipeline.formats.sheets.worksheet import read_worksheet
from pagemill.pipeline.source import Source


class WorkbookReader(NativeReader):
    """Reads XLSX files: a page a visible sheet. Comments are left out; hidden rows and columns are not."""

    @contextmanager
    def opened(self, source: Source, limits: Limits) -> Iterator[OpenFile]:
        """The file, open. Raises `DocumentError`."""
        with opened_package(source, limits) as package:
            yield _Sheets(package)


class _Sheets:
    def __init__(self, package: Package) -> None:
        self._workbook = Workbook(package)
        self.page_count = len(self._workbook.sheets)
        self.title = package.title

    def page(self, number: int, budget: CellBudget) -> PageContent:
        entry = self._workbook.sheets[number - 1]
        grid = read_worksheet(self._workbook, entry.part, budget) if entry.kind == "worksheet" else Grid([])
        drawn = drawn_blocks(self._workbook.package, entry.part, entry.name) if entry.part else ()
        return sheet_page(number, entry.name, grid, budget, headed=self.page_count > 1, drawn=drawn)
