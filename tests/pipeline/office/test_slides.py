"""Slides: a page each, every shape where it stands, read in the order in which people look."""

from zipfile import ZipFile

import pytest
from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Pt

from pagemill.domain.document import BBox
from pagemill.domain.formats import PPTX
from pagemill.domain.limits import Limits
from pagemill.domain.options import Options
from pagemill.pipeline.formats.slides.order import in_reading_order
from pagemill.pipeline.run import Source, read
from pagemill.pipeline.source import PAGE_COUNT
from tests.pipeline.made import parse
from tests.pipeline.office.packed import packed

BLANK, TITLE_AND_BODY, TITLE_ONLY = 6, 1, 5


@pytest.fixture
def deck(tmp_path):
    """An empty presentation, and what saves and parses it."""
    presentation = Presentation()

    def finish(**options):
        presentation.save(tmp_path / "made.pptx")
        return parse(tmp_path / "made.pptx", PPTX, **options)

    return presentation, finish


def add(presentation, layout):
    return presentation.slides.add_slide(presentation.slide_layouts[layout])


def text_box(slide, text, left, top, width=100, height=20):
    shape = slide.shapes.add_textbox(Pt(left), Pt(top), Pt(width), Pt(height))
    shape.text_frame.text = text
    return shape


def segments(parsed):
    return [(one.page, str(one.type), one.level, one.text) for one in parsed.document.segments]


def test_titles_are_headings_and_body_paragraphs_items_by_their_level(deck):
    presentation, finish = deck
    slide = add(presentation, TITLE_AND_BODY)
    slide.shapes.title.text = "Mills"
    frame = slide.placeholders[1].text_frame
    frame.text = "water"
    inner = frame.add_paragraph()
    inner.text, inner.level = "overshot", 1
    add(presentation, TITLE_ONLY).shapes.title.text = "More"

    parsed = finish()

    assert segments(parsed) == [
        (1, "Title", 1, "Mills"),
        (1, "ListItem", 0, "water"),
        (1, "ListItem", 1, "overshot"),
        (2, "SectionHeader", 2, "More"),
    ]
    assert (parsed.document.pages[0].width, parsed.document.pages[0].height) == (720.0, 540.0)


def test_shapes_stand_where_they_are_in_points_also_in_groups(deck):
    presentation, finish = deck
    slide = add(presentation, BLANK)
    text_box(slide, "alone", 10, 20, 100, 30)
    group = slide.shapes.add_group_shape()
    inner = group.shapes.add_textbox(Pt(200), Pt(100), Pt(50), Pt(20))
    inner.text_frame.text = "grouped"
    group.left, group.top, group.width, group.height = Pt(300), Pt(200), Pt(100), Pt(40)

    boxes = {one.text: one.bbox for one in finish().document.segments}

    assert boxes == {"alone": BBox(10.0, 20.0, 100.0, 30.0), "grouped": BBox(300.0, 200.0, 100.0, 40.0)}


def test_placeholders_without_a_place_of_their_own_take_that_of_the_layout(deck):
    presentation, finish = deck
    slide = add(presentation, TITLE_AND_BODY)
    slide.shapes.title.text = "Mills"
    expected = slide.slide_layout.placeholders[0]
    box = finish().document.segments[0].bbox
    assert (box.left, box.width) == (expected.left.pt, expected.width.pt)


def test_a_title_that_many_slides_share_is_no_running_header(deck):
    presentation, finish = deck
    for number in range(4):
        add(presentation, TITLE_ONLY).shapes.title.text = f"Results {number}"
    assert {kind for _, kind, _, _ in segments(finish())} == {"Title", "SectionHeader"}


def test_numbered_paragraphs_count_and_those_without_bullets_are_text(deck):
    presentation, finish = deck
    slide = add(presentation, TITLE_AND_BODY)
    frame = slide.placeholders[1].text_frame
    frame.text = "one"
    for text in ("two", "plain"):
        frame.add_paragraph().text = text
    for paragraph, bullet in zip(frame.paragraphs, ("buAutoNum", "buAutoNum", "buNone"), strict=True):
        node = etree.SubElement(paragraph._p.get_or_add_pPr(), f"{{{paragraph._p.nsmap['a']}}}{bullet}")
        if bullet == "buAutoNum":
            node.set("type", "alphaLcParenR")
    assert [text for _, _, _, text in segments(finish())] == ["a) one", "b) two", "plain"]


def test_tables_keep_their_spans_and_charts_become_tables_of_their_data(deck):
    presentation, finish = deck
    slide = add(presentation, BLANK)
    table = slide.shapes.add_table(2, 2, Pt(0), Pt(0), Pt(100), Pt(50)).table
    table.cell(0, 0).merge(table.cell(0, 1))
    table.cell(0, 0).text, table.cell(1, 0).text, table.cell(1, 1).text = "wide", "a", "b"
    data = CategoryChartData()
    data.categories = ["2019", "2020"]
    data.add_series("Mills", (3, 4.5))
    slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, Pt(0), Pt(100), Pt(200), Pt(100), data)

    first, second = (one for one in finish().document.segments if one.table)

    assert [(one.text, one.column_span) for one in first.table.cells] == [("wide", 2), ("a", 1), ("b", 1)]
    assert second.text == "Mills\n2019\t3\n2020\t4.5"
    assert second.bbox == BBox(0.0, 100.0, 200.0, 100.0)


def test_speaker_notes_end_their_slide_and_furniture_is_left_out(deck):
    presentation, finish = deck
    slide = add(presentation, TITLE_ONLY)
    slide.shapes.title.text = "Mills"
    slide.notes_slide.notes_text_frame.text = "Speak slowly."
    for shape in slide.slide_layout.placeholders:
        if shape.placeholder_format.type is not None and "SLIDE_NUMBER" in str(shape.placeholder_format.type):
            slide.shapes.clone_placeholder(shape)
    assert [text for _, _, _, text in segments(finish())] == ["Mills", "Speaker notes: Speak slowly."]


def test_only_the_slides_asked_for_are_read(deck):
    presentation, finish = deck
    for text in ("one", "two", "three"):
        text_box(add(presentation, BLANK), text, 0, 0)
    parsed = finish(pages="2-3")
    assert (parsed.document.page_count, [one.text for one in parsed.document.segments]) == (3, ["two", "three"])


def test_progress_tells_the_number_of_slides_and_each_as_it_begins(deck, tmp_path):
    presentation, finish = deck
    for text in ("one", "two"):
        text_box(add(presentation, BLANK), text, 0, 0)
    finish()
    told = []
    source = Source(str(tmp_path / "made.pptx"), "made.pptx", PPTX)

    read(source, Options(), Limits(), lambda stage, number: told.append((stage, number)), page_by_page=True)

    assert told == [(PAGE_COUNT, 2), ("read", 1), ("read", 2)]


def test_a_macro_enabled_presentation_is_read(deck, tmp_path):
    presentation, finish = deck
    text_box(add(presentation, BLANK), "text", 0, 0)
    finish()
    with ZipFile(tmp_path / "made.pptx") as file:
        parts = {name: file.read(name) for name in file.namelist()}
    main = b"presentationml.presentation.main+xml"
    types = parts["[Content_Types].xml"].replace(main, b"presentation.macroEnabled.main+xml")
    path = packed(tmp_path / "made.pptm", {**parts, "[Content_Types].xml": types})
    assert parse(path, PPTX).texts("Text") == ["text"]


def box(name, left, top, width=100.0, height=20.0):
    return name, BBox(left, top, width, height)


@pytest.mark.parametrize(
    "shapes",
    [
        [box("above", 0.0, 0.0), box("below", 0.0, 50.0)],
        [box("left", 0.0, 0.0), box("right", 150.0, 0.0)],
        [box("a1", 0, 0), box("a2", 0, 22), box("b1", 150, 0), box("b2", 150, 22)],
        [box("a1", 0, 0), box("b1", 110, 0), box("a2", 0, 60), box("b2", 110, 60)],
        [box("wide", 0, 0, 300), box("left", 0, 40, 100, 200), box("right", 200, 40, 100, 200)],
    ],
)
def test_shapes_are_read_in_columns_or_rows_as_the_wider_gap_says(shapes):
    assert in_reading_order(shapes[::-1], lambda shape: shape[1]) == shapes
