"""CSV, TSV, old Excel and OpenDocument sheets: the same shape of result as from XLSX."""

import pytest

from pagemill.domain.document import SheetCell
from pagemill.domain.errors import DocumentError
from pagemill.domain.formats import CSV, ODS, XLS
from pagemill.domain.limits import Limits
from pagemill.domain.options import Options
from pagemill.pipeline.formats.sheets.separated import delimiter_of
from pagemill.pipeline.run import Source, read
from tests.pipeline.made import parse, silent
from tests.pipeline.office.old_excel import old_workbook
from tests.pipeline.office.packed import open_document


@pytest.fixture
def separated(tmp_path):
    def make(text, encoding="utf-8"):
        path = tmp_path / "mills.csv"
        path.write_bytes(text.encode(encoding))
        return parse(path, CSV)

    return make


def rows(parsed):
    return [segment.text.split("\n") for segment in parsed.document.segments if segment.table]


def test_a_csv_is_one_table_named_after_its_file(separated):
    parsed = separated('Name,Place\n"Mill, old","by the\nriver"\n')

    (segment,) = parsed.document.segments
    assert (segment.ss_sheet_name, segment.ss_range, parsed.document.pages[0].name) == ("mills", "A1:B2", "mills")
    assert segment.ss_cells[2:] == (SheetCell("A2", "Mill, old"), SheetCell("B2", "by the\nriver"))
    assert [cell.header for cell in segment.table.cells] == [True, True, False, False]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [("a,b\n1,2\n", ","), ("a;b\n1,5;2,5\n", ";"), ("a\tb\n1\t2\n", "\t"), ("a|b\n1|2\n", "|"), ("alone\nin its column\n", ",")],
)  # fmt: skip
def test_the_delimiter_is_what_cuts_most_rows_alike(text, delimiter):
    assert delimiter_of(text) == delimiter


def test_ragged_rows_are_filled_up_and_empty_ones_left_out(separated):
    parsed = separated("a,b,c\n1\n\n1,2,3,4\n")
    table = parsed.document.segments[0].table
    assert (table.row_count, table.column_count, len(table.cells)) == (3, 4, 12)
    assert parsed.document.segments[0].ss_range == "A1:D4"


def test_a_quote_that_never_ends_swallows_nothing(separated):
    assert rows(separated('a,b\n"5 inch,x\n1,2\n')) == [["a\tb", '"5 inch\tx', "1\t2"]]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_any_common_encoding_is_read(separated, encoding):
    assert rows(separated("Müller;Größe\nÄpfel;süß\n", encoding)) == [["Müller\tGröße", "Äpfel\tsüß"]]


def refusal(path, media_type, limits):
    with pytest.raises(DocumentError) as caught:
        read(Source(str(path), path.name, media_type), Options(), limits, silent)
    return caught.value.code


def test_a_csv_with_more_cells_than_allowed_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n" * 10)
    assert refusal(tmp_path / "a.csv", CSV, Limits(max_cells=19)) == "too_many_cells"


def test_a_csv_of_nothing_is_empty(tmp_path):
    (tmp_path / "a.csv").write_text(" \n")
    assert refusal(tmp_path / "a.csv", CSV, Limits()) == "empty_file"


def test_an_old_workbook_gives_texts_and_numbers(tmp_path):
    path = old_workbook(tmp_path / "a.xls", [["Year", "Mills"], [1900.0, 12.5]])

    parsed = parse(path, XLS)

    assert rows(parsed) == [["Year\tMills", "1900\t12.5"]]
    assert parsed.document.segments[0].ss_cells[3] == SheetCell("B2", "12.5", 12.5)
    assert parsed.document.pages[0].name == "Mills"


def test_an_old_workbook_that_claims_an_impossible_size_is_damaged(tmp_path):
    path = old_workbook(tmp_path / "a.xls", [["a"]], end_row=2**31)
    assert refusal(path, XLS, Limits()) == "corrupt_file"


def test_a_new_workbook_under_an_old_name_is_not_opened_unchecked(tmp_path):
    path = open_document(tmp_path / "a.xls", "spreadsheet", "")
    assert refusal(path, XLS, Limits()) == "corrupt_file"


HIDDEN = (
    '<style:style style:name="off" style:family="table"><style:table-properties table:display="false"/></style:style>'
)


def open_cell(text="", more=""):
    return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"


def test_open_document_sheets_keep_values_formulas_links_and_spans(tmp_path):
    body = (
        '<table:table table:name="Mills"><table:table-row>'
        + open_cell("Kind", 'office:value-type="string" table:number-rows-spanned="2"')
        + open_cell("Share")
        + "</table:table-row><table:table-row><table:covered-table-cell/>"
        + open_cell("12,5 %", 'office:value-type="percentage" office:value="0.125" table:formula="of:=[.A1]*SUM([.B1:.B2])"')
        + open_cell("31.01.24", 'office:value-type="date" office:date-value="2024-01-31"')
        + '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        + '<table:table-row table:number-rows-repeated="1000000"><table:table-cell/></table:table-row></table:table>'
        + f'<table:table table:name="No" table:style-name="off"><table:table-row>{open_cell("x")}</table:table-row></table:table>'
    )  # fmt: skip

    parsed = parse(open_document(tmp_path / "a.ods", "spreadsheet", body, HIDDEN), ODS)

    (segment,) = parsed.document.segments
    assert segment.ss_cells == (
        SheetCell("A1:A2", "Kind"),
        SheetCell("B1", "Share"),
        SheetCell("B2", "12,5 %", 0.125, "A1*SUM(B1:B2)"),
        SheetCell("C2", "31.01.24", "2024-01-31"),
    )
    assert [page.name for page in parsed.document.pages] == ["Mills"]


def test_cells_that_are_repeated_without_end_are_refused(tmp_path):
    repeated = open_cell("x", 'table:number-columns-repeated="9"')
    row = f'<table:table-row table:number-rows-repeated="1000000">{repeated}</table:table-row>'
    path = open_document(tmp_path / "a.ods", "spreadsheet", f'<table:table table:name="a">{row}</table:table>')
    assert refusal(path, ODS, Limits()) == "too_many_cells"
