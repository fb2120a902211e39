"""HTML and Markdown: structure is kept, scripts are not, and any encoding is read."""

import pytest
from markdown_it import MarkdownIt

from pagemill.domain.document import Cell
from pagemill.domain.errors import DocumentError
from tests.pipeline.made import parse

HTML = "text/html"


@pytest.fixture
def html(tmp_path):
    def make(text, encoding="utf-8"):
        path = tmp_path / "page.html"
        path.write_bytes(text.encode(encoding))
        return parse(path, HTML)

    return make


def kinds(parsed):
    return [(str(one.type), one.level, one.text) for one in parsed.document.segments]


def test_headings_paragraphs_and_nested_lists_keep_their_order_and_depth(html):
    parsed = html(
        "<title>Mills</title><h1>On <em>mills</em></h1><p>One<br>two.</p><h2>Kinds</h2>"
        "<ul><li>water<ol start=3><li>overshot</li><li>undershot</li></ol></li><li>wind</li></ul>bare text"
    )

    assert kinds(parsed) == [
        ("Title", 1, "On mills"),
        ("Text", 0, "One\ntwo."),
        ("SectionHeader", 2, "Kinds"),
        ("ListItem", 0, "water"),
        ("ListItem", 1, "3. overshot"),
        ("ListItem", 1, "4. undershot"),
        ("ListItem", 0, "wind"),
        ("Text", 0, "bare text"),
    ]
    assert '<ul><li>water<ol start="3"><li>overshot</li><li>undershot</li></ol></li><li>wind</li></ul>' in (
        parsed.renditions.html.decode()
    )
    assert "- water\n    3. overshot\n    4. undershot\n- wind" in parsed.renditions.markdown.decode()
    assert parsed.reading.title == "Mills"


def test_scripts_styles_and_hidden_parts_are_left_out(html):
    parsed = html(
        "<style>p{}</style><p>seen<script>alert(1)</script></p><noscript>no</noscript><p hidden>hidden</p>"
        "<template><p>t</p></template>"
    )

    assert kinds(parsed) == [("Text", 0, "seen")]


def test_table_spans_stay_in_html_and_repeat_in_markdown(html):
    parsed = html(
        "<table><caption>Table 1: Yield</caption><tr><th rowspan=2>Year<th colspan=2>Tons</tr><tr><th>Rye<th>Oats</tr>"
        "<tr><td>1900<td>1<td>2</tr></table>"
    )

    caption, table = parsed.document.segments
    assert caption.type == "Caption"
    assert table.table.cells[:2] == (
        Cell(0, 0, "Year", row_span=2, header=True),
        Cell(0, 1, "Tons", column_span=2, header=True),
    )
    assert '<th rowspan="2">Year</th><th colspan="2">Tons</th>' in table.html
    assert table.markdown == "| Year | Tons | Tons |\n| --- | --- | --- |\n| Year | Rye | Oats |\n| 1900 | 1 | 2 |"


def test_text_never_becomes_markup(html):
    attack = "&lt;script&gt;alert(1)&lt;/script&gt; [x](javascript:alert(1))"
    parsed = html(f"<h1>{attack}</h1><p>{attack}</p><ul><li>{attack}</ul><table><tr><td>{attack}<td>|</table>")

    assert b"<script" not in parsed.renditions.html
    shown = MarkdownIt("commonmark").enable("table").render(parsed.renditions.markdown.decode())
    assert "<script" not in shown
    assert "<a " not in shown
    assert parsed.document.segments[0].text.startswith("<script>")


def test_pictures_are_named_by_their_alternative_text_and_code_keeps_its_lines(html):
    parsed = html("<p>before<img src=a.png alt='A mill'>after</p><pre>if x:\n    mill()\n</pre>")

    assert kinds(parsed) == [
        ("Text", 0, "before"),
        ("Picture", 0, "A mill"),
        ("Text", 0, "after"),
        ("Text", 0, "if x:\n    mill()"),
    ]
    assert parsed.document.segments[3].markdown == "```\nif x:\n    mill()\n```"


def test_nesting_of_any_depth_is_read(html):
    depth = 20_000
    parsed = html("<div>" * depth + "deep" + "</div>" * depth)

    assert kinds(parsed) == [("Text", 0, "deep")]


@pytest.mark.parametrize(("declared", "encoding"), [("windows-1251", "cp1251"), ("shift_jis", "shift_jis")])
def test_the_declared_encoding_is_used(html, declared, encoding):
    text = {"cp1251": "Мельница", "shift_jis": "水車"}[encoding]

    assert html(f"<meta charset={declared}><p>{text}</p>", encoding).texts("Text") == [text]


def test_a_page_of_html_has_no_size_and_chunks_have_no_boxes(html):
    parsed = html("<p>text</p>")

    (page,) = parsed.document.pages
    assert (page.width, page.height, parsed.reading.page_count) == (0, 0, 1)
    assert parsed.document.chunks[0].boxes == ()


def test_an_empty_file_is_empty(html):
    with pytest.raises(DocumentError) as caught:
        html("  \n")

    assert caught.value.code == "empty_file"


def test_markdown_is_read_as_what_it_means(tmp_path):
    path = tmp_path / "notes.md"
    path.write_text(
        "# Notes\n\nSome *text*\nhere.\n\n1. one\n2. two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<script>x</script>\n"
    )

    parsed = parse(path, "text/markdown")

    assert kinds(parsed) == [
        ("Title", 1, "Notes"),
        ("Text", 0, "Some text here."),
        ("ListItem", 0, "1. one"),
        ("ListItem", 0, "2. two"),
        ("Table", 0, "a\tb\n1\t2"),
    ]


def test_markdown_written_and_read_again_is_the_same_document(tmp_path):
    path = tmp_path / "notes.md"
    path.write_text(
        "# 1. A *b* c_d_e\n\n2\\. not a list * really * `x` `y`\n\n- \\# item\n    - 1\\. inner\n\n\\---\n\na < b <c>\n"
    )
    first = parse(path, "text/markdown")

    path.write_bytes(first.renditions.markdown)

    assert kinds(parse(path, "text/markdown")) == kinds(first)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_cut_into_paragraphs_whatever_its_encoding(tmp_path, encoding):
    path = tmp_path / "notes.txt"
    path.write_bytes(
        "Für die Mühle:\r\nzwei Zeilen, größer als früher.\r\n\r\n \r\nEnde, schön wär's.".encode(encoding)
    )

    texts = parse(path, "text/plain").texts("Text")

    assert texts == ["Für die Mühle:\nzwei Zeilen, größer als früher.", "Ende, schön wär's."]


def test_spans_of_millions_of_positions_are_cut_short(html):
    rows = "<tr><td rowspan=60000 colspan=60000>x</tr>" * 300

    table = html(f"<table>{rows}</table>").document.segments[0].table

    assert sum(cell.row_span * cell.column_span for cell in table.cells) < 200_000
