"""Word files: what a reader sees on paper is there, in order; what was struck out is not."""

import docx
import pytest
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml

from pagemill.domain.formats import DOCX
from tests.pipeline.made import parse
from tests.pipeline.office.packed import WORD_NAMES, packed, paragraph, relationships, word_file


@pytest.fixture
def word(tmp_path):
    """Parses a body written by hand."""
    return lambda body, **parts: parse(word_file(tmp_path / "made.docx", body, **parts), DOCX)


@pytest.fixture
def saved(tmp_path):
    """Parses a document made with python-docx."""

    def save(document):
        document.save(tmp_path / "made.docx")
        return parse(tmp_path / "made.docx", DOCX)

    return save


def kinds(parsed):
    return [(str(one.type), one.level, one.text) for one in parsed.document.segments]


def test_headings_paragraphs_and_lists_keep_their_order_and_depth(saved):
    document = docx.Document()
    document.core_properties.title = "The file's own title"
    document.add_heading("Mills", 0)
    document.add_heading("Kinds", 1)
    document.add_paragraph("There are many.")
    document.add_paragraph("water", style="List Bullet")
    document.add_paragraph("overshot", style="List Bullet 2")
    document.add_heading("Parts", 2)

    parsed = saved(document)

    assert kinds(parsed) == [
        ("Title", 1, "Mills"),
        ("SectionHeader", 2, "Kinds"),
        ("Text", 0, "There are many."),
        ("ListItem", 0, "water"),
        ("ListItem", 0, "overshot"),
        ("SectionHeader", 3, "Parts"),
    ]
    assert (parsed.document.title, parsed.reading.title) == ("Mills", "The file's own title")
    assert (parsed.document.pages[0].width, parsed.document.page_count) == (0.0, 1)


def test_several_headings_of_level_1_are_sections_and_none_is_the_title(saved):
    document = docx.Document()
    for text in ("Introduction", "Methods"):
        document.add_heading(text, 1)
    assert [kind for kind, _, _ in kinds(saved(document))] == ["SectionHeader", "SectionHeader"]


def test_a_style_is_a_heading_by_its_outline_level_its_ancestor_or_its_name(word):
    styles = (
        '<w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Ours"><w:name w:val="Kapitelkopf"/><w:basedOn w:val="Heading2"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Berschrift3"><w:name w:val="Überschrift 3"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Legal"><w:name w:val="Clause"/><w:pPr><w:outlineLvl w:val="3"/></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Toc"><w:name w:val="TOC Heading"/><w:basedOn w:val="Heading2"/>'
        '<w:pPr><w:outlineLvl w:val="9"/></w:pPr></w:style>'
    )
    names = ("Heading2", "Ours", "Berschrift3", "Legal", "Toc")
    body = "".join(paragraph(name, f'<w:pStyle w:val="{name}"/>') for name in names)

    assert [level for _, level, _ in kinds(word(body, styles=styles))] == [2, 2, 3, 4, 0]


NUMBERING = """
<w:abstractNum w:abstractNumId="7">
  <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
  <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="8"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="x"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="8"/></w:num>"""


def item(text, numbering, depth=0):
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{numbering}"/></w:numPr>')


def test_list_items_carry_the_markers_that_word_would_print(word):
    body = (
        item("one", 1) + item("two", 1) + item("inner", 1, 1) + item("inner", 1, 1) + item("three", 1) + item("inner", 1, 1)
        + item("five", 2) + item("six", 2) + item("bullet", 3) + item("none", 0)
    )  # fmt: skip

    parsed = word(body, numbering=NUMBERING)

    assert [text for _, _, text in kinds(parsed)] == [
        "1. one", "2. two", "2.a) inner", "2.b) inner", "3. three", "3.a) inner", "5. five", "6. six", "bullet", "none",
    ]  # fmt: skip
    assert kinds(parsed)[-1][0] == "Text"


def test_numbered_headings_keep_their_number(word):
    styles = (
        '<w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 1"/>'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    body = "".join(paragraph(text, '<w:pStyle w:val="H"/>') for text in ("Scope", "Terms"))
    assert word(body, styles=styles, numbering=NUMBERING).texts("SectionHeader") == ["1. Scope", "2. Terms"]


def test_deletions_comments_and_hidden_text_are_left_out_and_insertions_kept(word):
    body = (
        "<w:p><w:r><w:t>It was </w:t></w:r><w:del><w:r><w:delText>old</w:delText><w:t>old</w:t></w:r></w:del>"
        "<w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:commentRangeStart w:id='1'/>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t> and secret</w:t></w:r><w:r><w:commentReference w:id='1'/></w:r></w:p>"
    )
    assert word(body).texts("Text") == ["It was new"]


def test_text_in_boxes_controls_links_and_fields_is_read_once(word):
    box = "<w:txbxContent><w:p><w:r><w:t>in the box</w:t></w:r></w:p></w:txbxContent>"
    body = (
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>in the control</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        f"<w:p><w:r><w:t>anchor</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{box}"
        f"</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
        "<w:p><w:hyperlink><w:r><w:t>a link</w:t></w:r></w:hyperlink><w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:r><w:noBreakHyphen/><w:br/><w:t>below</w:t></w:r></w:p>"
    )
    assert word(body).texts("Text") == ["in the control", "anchor", "in the box", "a link-\nbelow"]


def test_footnotes_stand_at_the_end_of_their_section_with_the_mark_of_the_text(word):
    heading = '<w:outlineLvl w:val="1"/>'
    notes = (
        '<w:footnote w:id="-1"><w:p><w:r><w:t>a line</w:t></w:r></w:p></w:footnote>'
        '<w:footnote w:id="9"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>See there.</w:t></w:r></w:p></w:footnote>'
    )
    body = (
        paragraph("First", heading)
        + "<w:p><w:r><w:t>Claim</w:t></w:r><w:r><w:footnoteReference w:id='9'/></w:r></w:p>"
        + paragraph("More")
        + paragraph("Second", heading)
    )

    parsed = word(body, footnotes=notes)

    assert [text for _, _, text in kinds(parsed)] == ["First", "Claim[^1]", "More", "1 See there.", "Second"]
    assert "[^1]: See there." in parsed.renditions.markdown.decode()


def test_lines_of_code_are_one_block_by_style_or_by_type(word):
    styles = '<w:style w:type="paragraph" w:styleId="S"><w:name w:val="Source Code"/></w:style>'
    mono = '<w:r><w:rPr><w:rFonts w:ascii="Consolas"/></w:rPr><w:t xml:space="preserve">{}</w:t></w:r>'
    body = (
        paragraph("import sys", '<w:pStyle w:val="S"/>')
        + "<w:p><w:pPr><w:pStyle w:val='S'/></w:pPr></w:p>"
        + f"<w:p>{mono.format('    print()')}</w:p>"
        + f"<w:p><w:r><w:t>Call </w:t></w:r>{mono.format('print')}</w:p>"
    )

    parsed = word(body, styles=styles)

    assert parsed.texts("Text") == ["import sys\n\n    print()", "Call print"]
    assert "```\nimport sys" in parsed.renditions.markdown.decode()


def test_pictures_are_figures_with_their_alternative_text_and_captions_captions(word):
    styles = '<w:style w:type="paragraph" w:styleId="C"><w:name w:val="caption"/></w:style>'
    drawing = "<w:p><w:r><w:drawing><wp:inline><wp:docPr id='1' name='x' descr='{}'/><a:graphic><a:graphicData><pic:pic/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    body = (
        drawing.format("A mill in spring")
        + drawing.format("image1.png")
        + paragraph("The mill", '<w:pStyle w:val="C"/>')
    )
    assert kinds(word(body, styles=styles)) == [
        ("Picture", 0, "A mill in spring"),
        ("Picture", 0, ""),
        ("Caption", 0, "The mill"),
    ]


def test_strict_open_xml_is_read_like_any_other(tmp_path):
    strict = WORD_NAMES.replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    rels = relationships(("officeDocument", "word/document.xml")).replace(
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    )
    document = f"<w:document {strict}><w:body>{paragraph('strictly')}</w:body></w:document>"
    path = packed(tmp_path / "strict.docx", {"_rels/.rels": rels, "word/document.xml": document})

    assert parse(path, DOCX).texts("Text") == ["strictly"]


def test_a_document_of_python_docx_keeps_breaks_and_formulas_between_words(saved):
    document = docx.Document()
    line = document.add_paragraph("above")
    line.runs[0].add_break(WD_BREAK.LINE)
    line.add_run("below, where ")
    line._p.append(parse_xml(f"<m:oMath {WORD_NAMES}><m:r><m:t>a+b</m:t></m:r></m:oMath>"))
    assert saved(document).texts("Text") == ["above\nbelow, where $a+b$"]
