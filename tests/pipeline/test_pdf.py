"""Born-digital PDFs through the whole pipeline."""

from reportlab.lib import colors
from reportlab.platypus import Table

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
