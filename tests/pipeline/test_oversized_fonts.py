"""A font that claims to be many times taller than it is costs no text."""

from types import SimpleNamespace

import pytest

from pagemill.pipeline.formats.pdf.oversized import has_oversized_boxes
from tests.pipeline.made import parse

LINES = [
    "The wheel turns the stone by day,",
    "and the stone turns the grain by night,",
    "until the miller has enough of it.",
    "Then all of them rest for a while.",
]


def pdf(ascent: int) -> bytes:
    """A page of the lines in Helvetica whose descriptor says that it rises so far (thousandths of its size)."""
    shown = " T* ".join(f"({line}) Tj" for line in LINES)
    content = f"BT /F 10 Tf 12 TL 72 600 Td {shown} ET"
    widths = " ".join(str(440 + 40 * (code % 5)) for code in range(95))
    font = f"/Type /Font /Subtype /TrueType /BaseFont /Mill /FirstChar 32 /LastChar 126 /Widths [{widths}]"
    box = f"/FontBBox [0 -{ascent} 1000 {ascent}] /Ascent {ascent} /Descent -{ascent}"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F 5 0 R >> >> /Contents 4 0 R >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        f"<< {font} /Encoding /WinAnsiEncoding /FontDescriptor 6 0 R >>",
        f"<< /Type /FontDescriptor /FontName /Mill /Flags 32 {box} /ItalicAngle 0 /CapHeight 700 /StemV 80 >>",
    ]
    body, offsets = "%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{each}\nendobj\n"
    rows = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    count = len(objects) + 1
    table = f"xref\n0 {count}\n0000000000 65535 f \n{rows}"
    return f"{body}{table}trailer << /Size {count} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n".encode()


@pytest.mark.parametrize("ascent", [900, 3000])
def test_every_line_is_there_however_tall_the_font_says_it_is(tmp_path, ascent):
    path = tmp_path / "tall.pdf"
    path.write_bytes(pdf(ascent))

    parsed = parse(path, "application/pdf")

    assert " ".join(parsed.texts("Text")) == " ".join(LINES)
    assert {
        round(word.bbox.left) for segment in parsed.document.segments for word in segment.words if word.text == "The"
    } == {72}


def item(text, height):
    return SimpleNamespace(text=text, width=5.0 * len(text), height=height, rotation=0.0)


def test_a_page_is_set_anew_only_if_much_of_its_text_is_too_tall():
    assert has_oversized_boxes([item("wheels", 50.0), item("stones", 12.0)])
    assert not has_oversized_boxes([item("wheels", 50.0), *(item("stones", 12.0) for _ in range(3))])
    assert not has_oversized_boxes([item("a", 50.0)])
    assert not has_oversized_boxes([])
