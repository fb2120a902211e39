"""XLS files (Excel 97 to 2003), as calamine reads them: without formulas, links and number formats other than dates."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from pagemill.domain.document import PageContent
from pagemill.domain.errors import DocumentError
from pagemill.domain.limits import Limits
from pagemill.pipeline.formats.cells import CellBudget
from pagemill.pipeline.formats.native import NativeReader, OpenFile
from pagemill.pipeline.formats.sheets.grid import Area, Grid, SheetValue
from pagemill.pipeline.formats.sheets.number_formats import general
from pagemill.pipeline.formats.sheets.old_records import check_records
from pagemill.pipeline.formats.sheets.page import sheet_page
from pagemill.pipeline.source import Source

_BROKEN = (CalamineError, OSError, ValueError)
_DAY = timedelta(days=1)
Stored = int | float | str | bool | time | date | datetime | timedelta


class OldWorkbookReader(NativeReader):
    """Reads XLS files: a page a visible sheet."""

    @contextmanager
    def opened(self, source: Source, limits: Limits) -> Iterator[OpenFile]:
        """The file, open. Raises `DocumentError`."""
        del limits
        check_records(source.path, source.file_name)
        with _calamine(source.file_name):
            workbook = CalamineWorkbook.from_path(source.path)
        with workbook:
            yield _OldSheets(workbook, source.file_name)


class _OldSheets:
    title = ""

    def __init__(self, workbook: CalamineWorkbook, file_name: str) -> None:
        self._workbook, self._file_name = workbook, file_name
        sheets = [one for one in workbook.sheets_metadata if one.typ is SheetTypeEnum.WorkSheet]
        visible = [one.name for one in sheets if one.visible is SheetVisibleEnum.Visible]
        self._names = visible or [one.name for one in sheets]
        self.page_count = len(self._names)

    def page(self, number: int, budget: CellBudget) -> PageContent:
        name = self._names[number - 1]
        with _calamine(f"Sheet {name} of {self._file_name}"):
            sheet = self._workbook.get_sheet_by_name(name)
            start = sheet.start or (0, 0)
            rows = sheet.to_python(skip_empty_area=True)
            merged = [Area(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
        cells = [
            _cell(row, column, stored)
            for row, line in enumerate(rows, start=start[0])
            for column, stored in enumerate(line, start=start[1])
            if stored != "" and str(stored).strip()
        ]
        budget.take(len(cells))
        return sheet_page(number, name, Grid(cells, merged), budget, headed=self.page_count > 1)


@contextmanager
def _calamine(what: str) -> Iterator[None]:
    """Whatever calamine meets in a file is the file's fault; also where it panics, which Python sees as no `Exception`."""
    try:
        yield
    except PasswordError:
        raise DocumentError(
            f"{what} is encrypted",
            code="password_required",
            hint="Old Excel files cannot be decrypted here: save it without a password, or as XLSX.",
        ) from None
    except BaseException as problem:
        if not isinstance(problem, _BROKEN) and type(problem).__name__ != "PanicException":
            raise
        raise DocumentError(f"{what} cannot be read: {problem}") from None


def _cell(row: int, column: int, stored: Stored) -> SheetValue:
    if isinstance(stored, str):
        return SheetValue(row, column, stored)
    if isinstance(stored, bool):
        return SheetValue(row, column, str(stored).upper(), stored)
    if isinstance(stored, int | float):
        return SheetValue(row, column, general(stored), float(stored))
    if isinstance(stored, timedelta):
        return SheetValue(row, column, str(stored), stored / _DAY)
    return SheetValue(row, column, _shown(stored), stored.isoformat())


def _shown(moment: time | date | datetime) -> str:
    if not isinstance(moment, datetime):
        return moment.isoformat()
    return moment.date().isoformat() if moment.time() == time() else moment.isoformat(" ")
