"""HTML and Markdown: structure is kept, scripts are not, and any encoding is read."""

import pytest
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from pagemill.domain.document import Cell
from pagemill.domain.errors import DocumentError
from pagemill.pipeline.render.safe import safe_html
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


def test_terms_and_definitions_are_a_list_in_two_steps(html):
    parsed = html("<dl><dt>rye<dd>a grain<dd>tall<dt>mill<dd><dl><dt>wheel<dd>turns</dl><dd>grinds</dl>")

    assert [(one.level, one.text) for one in parsed.document.segments] == [
        (0, "rye"),
        (1, "a grain"),
        (1, "tall"),
        (0, "mill"),
        (1, "wheel"),
        (2, "turns"),
        (1, "grinds"),
    ]


def test_a_list_in_an_empty_item_is_no_deeper(html):
    parsed = html("<ul><li>mills<ul><li><ul><li>water<li>wind</ul></ul></ul>")

    assert [(one.level, one.text) for one in parsed.document.segments] == [(0, "mills"), (1, "water"), (1, "wind")]


def test_lines_in_a_cell_are_lines(html):
    parsed = html(
        "<table><tr><td>rye<br>oats<td><ul><li>1<li>2</ul><tr><td>a<td><table><tr><td>b<td>c<tr><td>d</table></table>"
    )

    (table,) = parsed.document.segments
    assert [cell.text for cell in table.table.cells] == ["rye\noats", "1\n2", "a", "b c\nd"]
    assert "<td>rye<br>oats</td>" in table.html
    assert table.markdown.startswith("| rye<br>oats | 1<br>2 |")
    assert table.text == "rye oats\t1 2\na\tb c d"


@pytest.mark.parametrize(
    "layout",
    [
        "<table role=presentation><tr><td>{0}<td>{1}</table>",
        "<table><tr><td>{0}<tr><td>{1}</table>",
        "<table><tr><td><table><tr><td>{0}</table><td><table><tr><td>{1}</table></table>",
    ],
)
def test_a_table_that_only_places_things_is_none(html, layout):
    parsed = html(layout.format("<h2>Mills</h2>", "<ul><li>grind corn</ul>"))

    assert kinds(parsed) == [("SectionHeader", 2, "Mills"), ("ListItem", 0, "grind corn")]


def test_what_cannot_be_seen_is_left_out(html):
    parsed = html(
        "<p>seen<p style='color:red; display: none'>a<span style='visibility:hidden'>b</span><dialog>c</dialog>"
        "<button>d</button><textarea>e</textarea><math><mi>x</mi><annotation>f</annotation></math>"
    )

    assert "".join(parsed.texts("Text")).replace("\n", "") == "seenx"


def test_raised_numbers_stay_raised_and_code_keeps_its_line_ends(html):
    parsed = html("<p>10<sup>6</sup> of 2<sup>nd</sup><pre>if x:<br>    mill()</pre><ul><li>• rye</ul>")

    assert parsed.texts("Text", "ListItem") == ["10⁶ of 2nd", "if x:\n    mill()", "rye"]


ATTACKS = [
    "<img src=x onerror=alert(1) alt='\"><script>alert(1)</script>'>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<a href='java\tscript:alert(1)' onclick=alert(1)>link</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe><object data=x></object><embed src=x>",
    "<style>@import 'x';</style><link rel=stylesheet href=x><meta http-equiv=refresh content='0;url=x'><base href=x>",
    "<form action=x><input onfocus=alert(1) autofocus></form>",
    "<p>&lt;script&gt;alert(1)&lt;/script&gt;<p>&lt;img src=x onerror=alert(1)&gt;",
    "<pre>&lt;/code&gt;&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;</pre>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<!--><script>alert(1)</script>--><template><script>alert(1)</script></template>",
    "<title>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;</title>",
]
WRAPS = [
    "{}",
    "<table><tr><td>{}<td>b<tr><th>c<td>d</table>",
    "<ul><li>{}</ul>",
    "<h1>{}</h1>",
    "<figcaption>{}</figcaption>",
]
WRITTEN = [
    "br",
    "code",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "span",
    "table",
    "tbody",
    "td",
    "th",
    "tr",
    "ul",
]
SHELL = ["html", "head", "meta", "title", "style", "body"]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("wrap", WRAPS)
def test_no_markup_of_a_file_comes_through_in_any_form(html, wrap, attack):
    parsed = html(f"<p>before</p>{wrap.format(attack)}<p>after</p>")

    shown = [segment.html for segment in parsed.document.segments]
    shown += [MarkdownIt("commonmark").enable("table").render(one.markdown) for one in parsed.document.segments]
    shown += [MarkdownIt("commonmark").enable("table").render(chunk.text) for chunk in parsed.document.chunks]
    for text in [*shown, parsed.renditions.html.decode()]:
        for node in LexborHTMLParser(text).root.traverse():
            attributes = {*(node.attributes if node.is_element_node else ())}
            assert node.tag in {*WRITTEN, *SHELL, "em", "thead", "-text", "-doctype", "!doctype"}, text
            assert attributes <= {"alt", "dir", "class", "start", "rowspan", "colspan", "charset", "src"}, text
            assert not (node.is_element_node and node.attributes.get("src")), text


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_second_wall_holds_alone(attack):
    for node in LexborHTMLParser(safe_html(attack)).body.traverse():
        assert node.tag in {*WRITTEN, "body", "-text"}
        assert {*(node.attributes if node.is_element_node else ())} <= {"alt"}
