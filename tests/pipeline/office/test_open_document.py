"""OpenDocument text and slides: the same blocks as from Word and PowerPoint."""

import pytest

from pagemill.domain.document import BBox
from pagemill.domain.errors import DocumentError
from pagemill.domain.formats import ODP, ODT
from tests.pipeline.made import parse
from tests.pipeline.office.packed import open_document


@pytest.fixture
def text(tmp_path):
    def make(body, styles="", masters=""):
        return parse(open_document(tmp_path / "made.odt", "text", body, styles, masters), ODT)

    return make


def kinds(parsed):
    return [(str(one.type), one.level, one.text) for one in parsed.document.segments]


def test_headings_paragraphs_and_spaces_are_read(text):
    body = (
        '<text:p text:style-name="Title">On mills</text:p><text:h text:outline-level="1">Kinds</text:h>'
        "<text:p>Some <text:span>water</text:span>\n  mills<text:s text:c='2'/>turn<text:line-break/>slowly"
        "<text:tab/>here.</text:p><text:p/>"
        "<office:annotation><text:p>a comment</text:p></office:annotation>"
        "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
    )
    assert kinds(text(body)) == [
        ("Title", 1, "On mills"),
        ("SectionHeader", 2, "Kinds"),
        ("Text", 0, "Some water mills turn\nslowly here."),
    ]


LISTS = """<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")" text:display-levels="2"/></text:list-style>
<text:list-style style:name="B"><text:list-level-style-bullet text:level="1" text:bullet-char="x"/></text:list-style>"""


def items(*contents):
    return "".join(f"<text:list-item>{content}</text:list-item>" for content in contents)


def test_lists_count_by_level_and_go_on_where_they_continue(text):
    inner = f"<text:list>{items('<text:p>in</text:p>', '<text:p>in</text:p>')}</text:list>"
    body = (
        f'<text:list text:style-name="L">{items("<text:p>one</text:p><text:p>more</text:p>", "<text:p>two</text:p>" + inner)}'
        f'</text:list><text:p>between</text:p><text:list text:style-name="L" text:continue-numbering="true">'
        f'{items("<text:p>three</text:p>")}</text:list><text:list text:style-name="L">{items("<text:p>one</text:p>")}</text:list>'
        f'<text:list text:style-name="B">{items("<text:p>bullet</text:p>")}</text:list>'
    )
    assert [(level, said) for _, level, said in kinds(text(body, LISTS))] == [
        (0, "1. one"), (0, "more"), (0, "2. two"), (1, "2.a) in"), (1, "2.b) in"), (0, "between"), (0, "3. three"),
        (0, "1. one"), (0, "bullet"),
    ]  # fmt: skip


def test_an_inner_list_goes_on_where_the_outer_one_continues(text):
    inner = f"<text:list>{items('<text:p>in</text:p>')}</text:list>"
    body = (
        f'<text:list text:style-name="L">{items("<text:p>one</text:p>" + inner)}</text:list><text:p>between</text:p>'
        f'<text:list text:style-name="L" text:continue-numbering="true">{items(inner)}</text:list>'
    )
    assert [said for _, _, said in kinds(text(body, LISTS))] == ["1. one", "1.a) in", "between", "1.b) in"]


def test_styles_inherit_what_they_are(text):
    styles = (
        '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Preformatted_20_Text"/>'
        '<style:style style:name="P2" style:family="paragraph" style:parent-style-name="Illustration"/>'
    )
    parsed = text('<text:p text:style-name="P1">x = 1</text:p><text:p text:style-name="P2">A mill</text:p>', styles)
    assert kinds(parsed) == [("Text", 0, "x = 1"), ("Caption", 0, "A mill")]
    assert "```\nx = 1\n```" in parsed.renditions.markdown.decode()


def test_tables_notes_frames_and_pictures_are_read(text):
    note = "<text:note><text:note-citation>7</text:note-citation><text:note-body><text:p>why</text:p></text:note-body></text:note>"
    body = (
        '<table:table><table:table-header-rows><table:table-row><table:table-cell table:number-columns-spanned="2">'
        "<text:p>wide</text:p></table:table-cell><table:covered-table-cell/></table:table-row></table:table-header-rows>"
        f"<table:table-row><table:table-cell><text:p>a{note}</text:p></table:table-cell><table:table-cell>"
        "<text:p>b</text:p><text:p>c</text:p></table:table-cell></table:table-row></table:table>"
        "<text:p>below<draw:frame><draw:text-box><text:p>in the box</text:p></draw:text-box></draw:frame></text:p>"
        "<text:p><draw:frame><draw:image/><svg:desc>A mill</svg:desc></draw:frame></text:p>"
    )  # fmt: skip

    parsed = text(body)

    assert kinds(parsed) == [
        ("Table", 0, "wide\na[^1]\tb c"),
        ("Text", 0, "below"),
        ("Text", 0, "in the box"),
        ("Picture", 0, "A mill"),
        ("Footnote", 0, "1 why"),
    ]
    cells = parsed.document.segments[0].table.cells
    assert [(cell.text, cell.column_span, cell.header) for cell in cells] == [
        ("wide", 2, True),
        ("a[^1]", 1, False),
        ("b\nc", 1, False),
    ]


MASTERS = """<office:automatic-styles><style:page-layout style:name="PM"><style:page-layout-properties fo:page-width="10in"
fo:page-height="7.5in"/></style:page-layout></office:automatic-styles><office:master-styles>
<style:master-page style:name="M" style:page-layout-name="PM"/></office:master-styles>"""


def frame(content, left, kind=""):
    place = f'svg:x="{left}in" svg:y="1in" svg:width="2in" svg:height="1in" presentation:class="{kind}"'
    return f"<draw:frame {place}><draw:text-box><text:p>{content}</text:p></draw:text-box></draw:frame>"


def test_slides_have_their_size_and_boxes_in_points(tmp_path):
    slide = (
        f'<draw:page draw:master-page-name="M">{frame("right", 6)}{frame("left", 1)}{frame("7", 8, "page-number")}'
        f"{frame('Mills', 3, 'title')}<presentation:notes>{frame('slowly', 0, 'notes')}</presentation:notes></draw:page>"
    )

    parsed = parse(open_document(tmp_path / "made.odp", "presentation", slide, masters=MASTERS), ODP)

    assert kinds(parsed) == [
        ("Title", 1, "Mills"),
        ("Text", 0, "left"),
        ("Text", 0, "right"),
        ("Text", 0, "Speaker notes: slowly"),
    ]
    assert (parsed.document.pages[0].width, parsed.document.pages[0].height) == (720.0, 540.0)
    assert parsed.document.segments[1].bbox == BBox(72.0, 72.0, 144.0, 72.0)


def test_an_encrypted_file_is_named_as_such(tmp_path):
    path = open_document(tmp_path / "made.odt", "text", "", manifest="<encryption-data/>")
    with pytest.raises(DocumentError) as caught:
        parse(path, ODT)
    assert caught.value.code == "password_required"
