"""Born-digital PDFs through the whole pipeline."""

import struct

from reportlab.lib import colors
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table

from pagemill.domain.limits import Limits
from pagemill.pipeline.run import Source, page_images
from tests.pipeline.made import paragraph, parse

PDF = "application/pdf"
PROSE = "The quick brown fox jumps over the lazy dog, and nobody in the village minds it at all. " * 3


def test_a_born_digital_pdf_comes_out_as_headings_text_and_table(make_pdf):
    table = Table(
        [["Fruit", "Count"], ["Apple", "3"], ["Pear", "44"]], style=[("GRID", (0, 0), (-1, -1), 1, colors.black)]
    )
    path = make_pdf(
        [
            paragraph("Annual Report", "Title"),
            paragraph(PROSE),
            paragraph("Harvest", "Heading1"),
            paragraph(PROSE),
            table,
        ]
    )

    parsed = parse(path, PDF)

    assert parsed.texts("Title") == ["Annual Report"]
    assert parsed.texts("SectionHeader") == ["Harvest"]
    assert parsed.texts("Table") == ["Fruit\tCount\nApple\t3\nPear\t44"]
    assert parsed.document.title == "Annual Report"
    assert parsed.reading.deferred == ()
    markdown = parsed.renditions.markdown.decode()
    assert markdown.startswith("# Annual Report\n\nThe quick brown fox")
    assert "| Fruit | Count |\n| --- | --- |\n| Apple | 3 |" in markdown


def test_a_page_of_turned_text_is_read_upright_and_pictured_so(tmp_path):
    path = tmp_path / "turned.pdf"
    canvas = Canvas(str(path), pagesize=(612, 792), invariant=1)
    canvas.translate(0, 792)
    canvas.rotate(-90)
    canvas.setFont("Helvetica", 24)
    canvas.drawString(72, 540, "On its side")
    canvas.setFont("Helvetica", 10)
    for line in range(8):
        canvas.drawString(72, 480 - 12 * line, PROSE[:90])
    canvas.save()

    parsed = parse(path, PDF)
    ((_, png),) = page_images(Source(str(path), path.name, PDF), Limits(), [1])

    (page,) = parsed.document.pages
    assert (page.width, page.height, page.rotation) == (792, 612, 270)
    assert parsed.texts("Title") == ["On its side"]
    assert parsed.texts("Text")[0].startswith("The quick brown fox")
    assert struct.unpack(">II", png[16:24]) == (1100, 850)


def test_boxes_lie_where_the_words_are(make_pdf):
    parsed = parse(make_pdf([paragraph("Annual Report", "Title"), paragraph(PROSE)]), PDF)

    title, text = parsed.document.segments
    assert [word.text for word in title.words] == ["Annual", "Report"]
    assert all(word.bbox.overlap(title.bbox) > 0.8 * word.bbox.area for word in title.words)
    assert title.bbox.bottom <= text.bbox.top
    assert parsed.document.chunks[0].boxes[0].bbox == title.bbox
