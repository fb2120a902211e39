"""Tables of Word files: each cell once, with its spans; what lies in cells is not lost."""

import docx
import pytest

from pagemill.domain.document import Cell
from pagemill.domain.errors import DocumentError
from pagemill.domain.formats import DOCX
from pagemill.domain.limits import Limits
from pagemill.domain.options import Options
from pagemill.pipeline.run import Source, read
from tests.pipeline.made import parse, silent
from tests.pipeline.office.packed import paragraph, word_file


def cell(text, properties=""):
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def table(*rows, look=""):
    return f"<w:tbl><w:tblPr>{look}</w:tblPr>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


@pytest.fixture
def word(tmp_path):
    return lambda body, **parts: parse(word_file(tmp_path / "made.docx", body, **parts), DOCX)


def table_of(parsed):
    return next(segment.table for segment in parsed.document.segments if segment.table)


def test_a_merged_cell_stands_once_with_its_spans(tmp_path):
    document = docx.Document()
    made = document.add_table(3, 3)
    for row in range(3):
        for column in range(3):
            made.cell(row, column).text = f"{row}{column}"
    made.cell(0, 0).merge(made.cell(0, 1)).text = "wide"
    made.cell(1, 2).merge(made.cell(2, 2)).text = "tall"
    document.save(tmp_path / "made.docx")

    cells = table_of(parse(tmp_path / "made.docx", DOCX)).cells

    assert [one for one in cells if one.row_span > 1 or one.column_span > 1] == [
        Cell(0, 0, "wide", 1, 2, header=True),
        Cell(1, 2, "tall", 2, 1),
    ]
    assert [one.text for one in cells] == ["wide", "02", "10", "11", "tall", "20", "21"]


def test_rows_that_begin_late_or_end_early_are_filled_up(word):
    late = '<w:trPr><w:gridBefore w:val="1"/></w:trPr>' + cell("b")
    cells = table_of(word(table(cell("1") + cell("2") + cell("3"), late))).cells
    assert [(one.row, one.column, one.text, one.column_span) for one in cells[3:]] == [
        (1, 0, "", 1),
        (1, 1, "b", 1),
        (1, 2, "", 1),
    ]


def test_rows_that_repeat_on_every_page_are_headers(word):
    head = "<w:trPr><w:tblHeader/></w:trPr>" + cell("Year") + cell("Mills")
    cells = table_of(word(table(head, cell("1900") + cell("12")))).cells
    assert [one.header for one in cells] == [True, True, False, False]


def test_deleted_rows_are_left_out(word):
    gone = "<w:trPr><w:del/></w:trPr>" + cell("x") + cell("y")
    assert table_of(word(table(cell("a") + cell("b"), gone))).row_count == 1


def test_a_cell_says_all_its_paragraphs_and_the_table_within_it(word):
    inner = table(cell("x") + cell("y"))
    parsed = word(table(f"<w:tc>{paragraph('one')}{inner}{paragraph('two')}</w:tc>" + cell("b")))
    assert table_of(parsed).cells[0].text == "one\nx | y\ntwo"


def test_a_single_cell_is_a_frame_and_no_table(word):
    assert word(table(f"<w:tc>{paragraph('one')}{paragraph('two')}</w:tc>")).texts("Text") == ["one", "two"]


def test_notes_in_cells_follow_the_table(word):
    reference = "<w:p><w:r><w:t>a</w:t></w:r><w:r><w:footnoteReference w:id='2'/></w:r></w:p>"
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>why</w:t></w:r></w:p></w:footnote>'
    parsed = word(table(f"<w:tc>{reference}</w:tc>" + cell("b")) + paragraph("after"), footnotes=note)
    assert [(str(one.type), one.text) for one in parsed.document.segments] == [
        ("Table", "a[^1]\tb"),
        ("Text", "after"),
        ("Footnote", "1 why"),
    ]


def test_tables_with_more_cells_than_allowed_are_refused(tmp_path):
    path = word_file(tmp_path / "made.docx", table(*[cell("a") + cell("b")] * 3))
    with pytest.raises(DocumentError) as caught:
        read(Source(str(path), "made.docx", DOCX), Options(), Limits(max_cells=5), silent)
    assert caught.value.code == "too_many_cells"
