"""What is written says what was read: no text turns into markup, in no form."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pagemill.domain.document import BBox, Cell, Segment, SegmentType, Table
from pagemill.domain.options import Options
from pagemill.pipeline.formats.html.walk import html_blocks
from pagemill.pipeline.render.escape import markdown_text
from pagemill.pipeline.render.lists import html_list
from pagemill.pipeline.render.segment import written
from pagemill.pipeline.run import Facts, assemble, render

MARKUP = st.text("ab1 \n\\`*_{}[]()#+-.!|<>&;:/='~\"^$%", max_size=40)
BOX = BBox(0, 0, 10, 10)


def shown(markdown):
    blocks, _ = html_blocks(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown))
    return " ".join(" ".join(f"{block.marker if block.ordered else ''} {block.text}" for block in blocks).split())


def of_type(kind, text, **more):
    return written(Segment("segment_1_1", kind, 1, BOX, text, **more))


@settings(max_examples=500, deadline=None)
@given(MARKUP)
def test_a_paragraph_in_markdown_shows_its_very_text(text):
    lines = [line.strip() for line in text.split("\n") if line.strip()]

    assert shown(markdown_text("\n".join(lines))) == " ".join(" ".join(lines).split())


@settings(max_examples=300, deadline=None)
@given(MARKUP)
def test_a_heading_in_markdown_shows_its_very_text(text):
    assert shown(of_type(SegmentType.SECTION_HEADER, text, level=2).markdown) == " ".join(text.split())


@settings(max_examples=200, deadline=None)
@given(MARKUP)
def test_a_table_cell_in_markdown_shows_its_very_text(text):
    table = Table(2, 2, (Cell(0, 0, text), Cell(0, 1, "b"), Cell(1, 0, "c"), Cell(1, 1, "d")))

    html = (
        MarkdownIt("commonmark")
        .enable(["table", "strikethrough"])
        .render(of_type(SegmentType.TABLE, "", table=table).markdown)
    )
    (block,) = html_blocks(html)[0]

    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    assert block.table.cells[0].text == "\n".join(lines)
    assert len(block.table.cells) == 4


@settings(max_examples=200, deadline=None)
@given(MARKUP, st.sampled_from(SegmentType))
def test_a_segment_in_html_shows_its_very_text(text, kind):
    blocks, _ = html_blocks(of_type(kind, text, level=2).html)

    assert " ".join(" ".join(f"{b.marker if b.ordered else ''} {b.text}" for b in blocks).split()) == " ".join(
        text.split()
    )


def test_each_type_has_its_form():
    forms = {
        SegmentType.TITLE: ("# x", "<h1>x</h1>"),
        SegmentType.TEXT: ("x", "<p>x</p>"),
        SegmentType.LIST_ITEM: ("- x", "<ul><li>x</li></ul>"),
        SegmentType.CAPTION: ("_x_", '<span class="caption">x</span>'),
        SegmentType.FORMULA: ("$x$", '<span class="formula">x</span>'),
        SegmentType.PICTURE: ("![x]()", '<img alt="x">'),
        SegmentType.PAGE_HEADER: ("x", "<div>x</div>"),
    }
    for kind, form in forms.items():
        segment = of_type(kind, "x")
        assert (segment.markdown, segment.html) == form
    assert of_type(SegmentType.SECTION_HEADER, "x", level=3).markdown == "### x"
    assert of_type(SegmentType.LIST_ITEM, "7) x").markdown == "7. x"
    assert of_type(SegmentType.FOOTNOTE, "3 See there.").markdown == "[^3]: See there."


def test_lists_nest_and_part_where_numbers_begin():
    items = [
        of_type(SegmentType.LIST_ITEM, "a"),
        of_type(SegmentType.LIST_ITEM, "1. b"),
        of_type(SegmentType.LIST_ITEM, "2. c"),
    ]

    assert html_list(items) == '<ul><li>a</li></ul><ol start="1"><li>b</li><li>c</li></ol>'


def test_a_document_without_content_has_every_form():
    document = assemble([], Facts("empty.pdf", "application/pdf", 1), Options(), {1: "page_timeout"})

    forms = render(document, Options())

    assert (forms.markdown, forms.text, forms.chunks) == (b"", b"", b"")
    assert json.loads(forms.json)["failed_pages"] == [1]
    assert b"<title>empty.pdf</title>" in forms.html
