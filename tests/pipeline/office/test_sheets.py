"""XLSX files: tables where they are, cells as a reader sees them, with what is stored and the formula beside it."""

from datetime import date

import pytest
import xlsxwriter

from pagemill.domain.document import SheetCell
from pagemill.domain.errors import DocumentError
from pagemill.domain.formats import XLSX
from pagemill.domain.limits import Limits
from pagemill.domain.options import Options
from pagemill.pipeline.run import Source, read
from tests.pipeline.made import parse, silent
from tests.pipeline.office.packed import packed, relationships


@pytest.fixture
def book(tmp_path):
    """A workbook to write to, and what closes and parses it."""
    made = xlsxwriter.Workbook(tmp_path / "made.xlsx")

    def finish(**options):
        made.close()
        return parse(tmp_path / "made.xlsx", XLSX, **options)

    return made, finish


def write(sheet, rows, row=0, column=0):
    for down, values in enumerate(rows):
        sheet.write_row(row + down, column, values)


def parts(parsed):
    return [(str(one.type), one.ss_range, one.text) for one in parsed.document.segments]


def test_cells_show_what_a_reader_sees_and_keep_value_formula_and_link(book):
    made, finish = book
    sheet = made.add_worksheet("Data")
    percent, day = made.add_format({"num_format": "0.0%"}), made.add_format({"num_format": "yyyy-mm-dd"})
    write(sheet, [["Name", "Share", "Day", "Sum", "Site"]])
    sheet.write(1, 0, "Mill")
    sheet.write(1, 1, 0.125, percent)
    sheet.write_datetime(1, 2, date(2024, 1, 31), day)
    sheet.write_formula(1, 3, "=B2*8", made.add_format({"num_format": "#,##0.00"}), 1234)
    sheet.write_url(1, 4, "https://example.org/", string="see")
    sheet.write_boolean(2, 0, True)

    segment = finish().document.segments[0]

    assert segment.text.split("\n") == [
        "Name\tShare\tDay\tSum\tSite", "Mill\t12.5%\t2024-01-31\t1,234.00\tsee", "TRUE",
    ]  # fmt: skip
    assert (segment.ss_sheet_name, segment.ss_range) == ("Data", "A1:E3")
    assert segment.ss_cells[5:] == (
        SheetCell("A2", "Mill"),
        SheetCell("B2", "12.5%", 0.125),
        SheetCell("C2", "2024-01-31", "2024-01-31"),
        SheetCell("D2", "1,234.00", 1234.0, "B2*8"),
        SheetCell("E2", "see", hyperlink="https://example.org/"),
        SheetCell("A3", "TRUE", True),
    )
    assert [cell.header for cell in segment.table.cells[:6]] == [True] * 5 + [False]


def test_each_island_of_cells_is_a_table_and_a_lone_text_above_heads_it(book):
    made, finish = book
    sheet = made.add_worksheet()
    sheet.write("A1", "Mills by year")
    write(sheet, [["Year", "Mills"], [1900, 12], [1901, 13]], row=2)
    write(sheet, [["Kind", "Count"], ["water", 5]], row=2, column=4)
    sheet.write("A9", "Source: the miller")

    assert parts(finish()) == [
        ("SectionHeader", "A1", "Mills by year"),
        ("Table", "A3:B5", "Year\tMills\n1900\t12\n1901\t13"),
        ("Table", "E3:F4", "Kind\tCount\nwater\t5"),
        ("Text", "A9", "Source: the miller"),
    ]


def test_a_title_right_above_its_table_is_no_row_of_it(book):
    made, finish = book
    sheet = made.add_worksheet()
    sheet.merge_range("A1:C1", "Mills")
    write(sheet, [["a", "b", "c"], [1, 2, 3]], row=1)
    assert [(kind, place) for kind, place, _ in parts(finish())] == [("SectionHeader", "A1:C1"), ("Table", "A2:C3")]


def test_merged_cells_stand_once_with_their_spans_and_their_range(book):
    made, finish = book
    sheet = made.add_worksheet()
    sheet.merge_range("A1:A2", "Kind")
    sheet.merge_range("B1:C1", "Year")
    write(sheet, [["1900", "1901"], [5, 6], [7, 8]], row=1, column=1)
    write(sheet, [["water"], ["wind"]], row=2)

    segment = finish().document.segments[0]

    cells = {cell.text: (cell.row_span, cell.column_span, cell.header) for cell in segment.table.cells}
    assert (cells["Kind"], cells["Year"], cells["water"]) == ((2, 1, True), (1, 2, True), (1, 1, False))
    assert [cell.range for cell in segment.ss_cells[:2]] == ["A1:A2", "B1:C1"]


def test_a_sheet_is_a_page_with_its_name_and_hidden_ones_are_none(book):
    made, finish = book
    for name, state in (("First", ""), ("Secret", "hide"), ("Last", "")):
        sheet = made.add_worksheet(name)
        write(sheet, [[name, "x"], [1, 2]])
        if state:
            sheet.hide()

    parsed = finish()

    assert [(page.number, page.name) for page in parsed.document.pages] == [(1, "First"), (2, "Last")]
    assert parsed.texts("SectionHeader") == ["First", "Last"]


def test_pages_choose_sheets(book):
    made, finish = book
    for name in ("First", "Last"):
        write(made.add_worksheet(name), [[name, "x"]])
    assert [page.name for page in finish(pages="2").document.pages] == ["Last"]


def test_a_shared_formula_reads_in_each_cell_as_it_would_be_typed_there(tmp_path):
    names = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    r = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    rows = (
        '<row><c><v>1</v></c><c><f t="shared" ref="B1:B2" si="0">A1*$A$1&amp;"A1"</f><v>1</v></c></row>'
        '<row><c><v>2</v></c><c><f t="shared" si="0"/><v>2</v></c><c><f>NOW()</f></c></row>'
    )
    path = packed(
        tmp_path / "made.xlsx",
        {
            "_rels/.rels": relationships(("officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook {names} {r}><sheets><sheet name="S" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": relationships(("worksheet", "/xl/sheet.xml")),
            "xl/sheet.xml": f"<worksheet {names}><sheetData>{rows}</sheetData></worksheet>",
        },
    )

    cells = parse(path, XLSX).document.segments[0].ss_cells

    assert {cell.range: cell.formula for cell in cells if cell.formula} == {
        "B1": 'A1*$A$1&"A1"',
        "B2": 'A2*$A$1&"A1"',
        "C2": "NOW()",
    }
    assert cells[-1].text == "=NOW()"


def test_a_sheet_of_nothing_but_format_has_no_cells(book):
    made, finish = book
    sheet = made.add_worksheet()
    bold = made.add_format({"bold": True})
    for row in range(500):
        for column in range(50):
            sheet.write_blank(row, column, None, bold)
    sheet.write(499, 49, "far")
    assert parts(finish()) == [("Text", "AX500", "far")]


def test_pictures_and_text_boxes_above_the_cells_are_read(book):
    made, finish = book
    sheet = made.add_worksheet()
    sheet.insert_textbox("C3", "Read me")
    chart = made.add_chart({"type": "column"})
    chart.add_series({"values": "=Sheet1!$A$1:$A$2"})
    chart.set_title({"name": "Mills"})
    sheet.insert_chart("D9", chart)
    write(sheet, [[1], [2]])
    assert parts(finish())[1:] == [("Text", "C3", "Read me"), ("Picture", "D9", "Mills")]


def test_long_tables_are_cut_between_rows_and_repeat_their_header(book):
    made, finish = book
    write(made.add_worksheet(), [["Name", "Amount"], *([f"Mill {number}", number] for number in range(200))])

    chunks = finish(chunks={"target": 100}).document.chunks

    assert len(chunks) > 10
    assert all(chunk.text.startswith("| Name | Amount |\n| --- | --- |\n| Mill") for chunk in chunks)


def refusal(path, limits):
    with pytest.raises(DocumentError) as caught:
        read(Source(str(path), "made.xlsx", XLSX), Options(), limits, silent)
    return caught.value.code


def test_more_cells_than_allowed_are_refused(book, tmp_path):
    made, _ = book
    write(made.add_worksheet(), [["a"] * 10] * 10)
    made.close()
    assert refusal(tmp_path / "made.xlsx", Limits(max_cells=99)) == "too_many_cells"


def test_few_cells_that_span_a_giant_grid_are_refused(book, tmp_path):
    made, _ = book
    sheet = made.add_worksheet()
    for number in range(600):
        sheet.write(0, number, "x")
        sheet.write(number, 0, "x")
    made.close()
    assert refusal(tmp_path / "made.xlsx", Limits(max_cells=5000)) == "too_many_cells"
