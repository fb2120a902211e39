"""Arabic and Hebrew come out in the order in which they are read."""

import pytest
from reportlab.pdfgen.canvas import Canvas

from pagemill.domain.document import BBox, Block, BlockKind, Word
from pagemill.pipeline.formats.pdf.glyphs import Glyph
from pagemill.pipeline.formats.pdf.lines import lines_of
from pagemill.pipeline.formats.pdf.pdfium import open_pdf
from pagemill.pipeline.formats.pdf.right_to_left import in_reading_order
from pagemill.pipeline.formats.pdf.runs import Run
from pagemill.pipeline.formats.pdf.text import is_right_to_left
from pagemill.pipeline.source import Source

LINE = BBox(100, 100, 400, 12)


def block(text, box=LINE, kind=BlockKind.PARAGRAPH):
    return Block(kind, text, box, font_size=12.0)


def glyphs(text, box=LINE):
    """The characters from right to left on the line; a character in brackets shares its place with the one before."""
    return [
        Glyph(sign, None if sign == " " else BBox(box.right - 8 - 4 * place, 101, 4, 10))
        for place, sign in enumerate(text)
    ]


def read(blocks, *signs):
    return [each.text for each in in_reading_order(blocks, [sign for some in signs for sign in some])]


def test_words_in_another_script_stand_where_they_are_read():
    assert read([block("שלום Python ו R עולם")], glyphs("שלום R ו Python עולם")) == ["שלום R ו Python עולם"]


def test_lam_and_alef_that_share_a_glyph_are_not_turned_round():
    signs = glyphs("اإلسم")
    signs[2] = Glyph("ل", signs[1].box)
    assert read([block("اإلسم")], signs) == ["الإسم"]
    assert read([block("المال")], glyphs("المال")) == ["المال"]


def test_text_that_has_other_letters_than_the_page_is_left_alone():
    assert read([block("שלום")], glyphs("abc")) == ["שלום"]


def test_a_vowel_mark_that_stands_alone_goes_behind_its_letter():
    assert read([block("أيضا")], glyphs("أي \u064bضا")) == ["أيض\u064bا"]


def test_paragraphs_torn_at_the_end_of_a_line_are_whole_again():
    second = BBox(300, 114, 200, 12)
    torn = [block("שלום לכם", LINE), block("עולם גדול.", second), block("שורה שלישית", BBox(100, 160, 400, 12))]
    assert read(torn) == ["שלום לכם עולם גדול.", "שורה שלישית"]


def test_a_line_is_read_from_its_right_end():
    runs = [
        Run(BBox(x, 100, 40, 10), 10.0, False, False, 4, (Word(t, BBox(x, 100, 40, 10)),), t)
        for x, t in ((50, "עולם"), (100, "שלום"))
    ]
    assert [line.text for line in lines_of(runs)] == ["שלום עולם"]


@pytest.mark.parametrize(
    ("text", "expected"), [("שלום Ada", True), ("hello שלום and so on and on", False), ("12 %", False), ("Łódź", False)]
)
def test_a_text_is_read_from_right_to_left_if_a_good_part_of_its_letters_is(text, expected):
    assert is_right_to_left(text) is expected


def test_glyphs_lie_where_the_page_shows_them_whatever_it_is_cropped_to(tmp_path):
    path = tmp_path / "cropped.pdf"
    canvas = Canvas(str(path), pagesize=(400, 400), cropBox=(100, 50, 400, 350), invariant=1)
    canvas.setFont("Helvetica", 20)
    canvas.drawString(150, 300, "A b")
    canvas.save()

    with open_pdf(Source(str(path), path.name, "application/pdf")) as file:
        first, space, _ = file.glyphs(1)

    assert (first.text, space.box) == ("A", None)
    assert first.box.left == pytest.approx(50, abs=1)
    assert first.box.bottom == pytest.approx(50, abs=1)
