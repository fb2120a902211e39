"""Which pages are recognised, and what becomes of the ones that are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from pagemill.domain.document import BBox, Block, BlockKind, PageContent, TextSource, Word
from pagemill.domain.limits import Limits
from pagemill.domain.options import OcrMode, Options, parse_options
from pagemill.pipeline.formats.pdf.coverage import Coverage, is_stripped, needs_recognition
from pagemill.pipeline.recognition import joined, with_confidence
from pagemill.pipeline.run import Facts, Source, assemble, read, recognise
from tests.pipeline.made import silent

PDF = "application/pdf"
PROSE = "Water drives the wheel, the wheel drives the stone. "


def scanned(text, size=(1275, 1650)):
    image = Image.new("L", size, 255)
    draw = ImageDraw.Draw(image)
    for index, line in enumerate(text.split("\n")):
        draw.text((120, 150 + 60 * index), line, 0, ImageFont.load_default(36))
    return ImageReader(image)


@pytest.fixture
def mixed(tmp_path):
    """Page 1 is text, page 2 a scan, page 3 text above a scanned half page, page 4 blank."""
    path = tmp_path / "mixed.pdf"
    canvas = Canvas(str(path), pagesize=(612, 792), invariant=1)
    written(canvas, 30)
    canvas.showPage()
    canvas.drawImage(scanned("Scanned words of page two"), 0, 0, 612, 792)
    canvas.showPage()
    written(canvas, 12)
    canvas.drawImage(scanned("Scanned words of page three", (1275, 825)), 0, 0, 612, 396)
    canvas.showPage()
    canvas.showPage()
    canvas.save()
    return Source(str(path), "mixed.pdf", PDF)


def written(canvas, lines):
    text = canvas.beginText(72, 720)
    for _ in range(lines):
        text.textLine(PROSE)
    canvas.drawText(text)


@pytest.mark.parametrize(
    ("given", "deferred"),
    [
        ({}, (2, 3)),
        ({"ocr": "never"}, ()),
        ({"mode": "fast"}, ()),
        ({"ocr": "always"}, (1, 2, 3, 4)),
        ({"pages": "1-2"}, (2,)),
    ],
)
def test_pages_wait_for_recognition_as_the_options_say(mixed, given, deferred):
    assert read(mixed, parse_options(given), Limits(), silent).deferred == deferred


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the wheel turns the stone and the stone turns the grain " * 10, True),
        ("the wheel turns the stone, and the stone turns the grain. " * 10, False),
        ("the wheel turns the stone and the stone turns the grain", False),
        ("ล้อหมุนหินและหินบดเมล็ดข้าวทั้งวันทั้งคืน " * 20, False),
    ],
    ids=["bare words", "prose", "a line", "a script without punctuation"],
)
def test_words_without_any_punctuation_under_a_scan_are_recognised_anew(text, expected):
    stripped = Coverage(characters=len(text), page_image=True, stripped=is_stripped(text), flagged=False)
    assert needs_recognition(stripped, Options()) is expected
    assert not needs_recognition(replace(stripped, page_image=False), Options())


def test_what_the_file_says_of_a_deferred_page_is_read_at_once(mixed):
    pages = read(mixed, Options(), Limits(), silent).pages

    assert [page.number for page in pages] == [1, 2, 3, 4]
    assert [str(page.source) for page in pages] == ["native", "none", "native", "none"]


@pytest.mark.long
def test_recognised_pages_join_the_text_of_the_file(mixed):
    begun = []
    reading = read(mixed, Options(), Limits(), silent)

    found = recognise(mixed, Options(), Limits(), lambda *step: begun.append(step), 1, 4)

    assert begun == [("recognise", 2), ("recognise", 3)]
    document = assemble([*reading.pages, *found], Facts("mixed.pdf", PDF, 4), Options(), {})
    texts = {number: [one for one in document.segments if one.page == number] for number in (1, 2, 3, 4)}
    assert [one.text for one in texts[2]] == ["Scanned words of page two"]
    assert texts[2][0].confidence > 0.5
    assert texts[3][0].text.startswith("Water drives the wheel")
    assert texts[3][0].confidence is None
    assert [one.text for one in texts[3][-2:]] == ["Scanned words of page three", ""]
    assert " ".join(one.text for one in texts[3]).count("Water drives") == 12
    assert texts[4] == []


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 5000), st.booleans(), st.booleans())
def test_never_and_always_are_kept_to(image, garbled, characters, page_image, flagged):
    coverage = Coverage(characters, garbled, image, page_image, 0.0, flagged)

    assert not needs_recognition(coverage, Options(ocr=OcrMode.NEVER))
    assert needs_recognition(coverage, Options(ocr=OcrMode.ALWAYS))


@pytest.mark.parametrize(
    ("coverage", "needed"),
    [
        (Coverage(2000), False),
        (Coverage(0), False),
        (Coverage(0, page_image=True), True),
        (Coverage(2000, page_image=True), False),
        (Coverage(2000, garbled=0.9), True),
        (Coverage(100, drawn=0.4), True),
        (Coverage(2000, image=0.5), True),
        (Coverage(2000, image=0.5, flagged=False), False),
        (Coverage(2000, image=0.1), False),
    ],
)
def test_auto_recognises_what_text_is_missing_from(coverage, needed):
    assert needs_recognition(coverage, Options()) is needed


def block(text, left, top, kind=BlockKind.PARAGRAPH, confidence=None):
    box = BBox(left, top, 100, 10)
    return Block(kind, text, box, confidence=confidence, words=(Word(text, box, confidence),) if text else ())


def test_recognised_words_bring_their_confidence_each_once():
    words = [Word("mill", BBox(0, 0, 9, 9), 0.5), Word("mill", BBox(100, 0, 9, 9), 0.9)]
    layer = Block(BlockKind.PARAGRAPH, "mill", BBox(99, 0, 9, 9), words=(Word("mill", BBox(99, 1, 9, 9)),))

    (found,) = with_confidence([layer], words)

    assert (found.words, found.confidence) == ((words[1],), 0.9)


def test_recognised_text_that_the_file_has_already_is_dropped_and_the_rest_falls_into_place():
    native = PageContent(1, 200, 200, TextSource.NATIVE, (block("top", 0, 0), block("bottom", 0, 100)))
    found = PageContent(
        1, 200, 200, TextSource.OCR, (block("top", 0, 1, confidence=0.9), block("middle", 0, 50, confidence=0.9))
    )

    page = joined(native, found, keep_text=True)

    assert [one.text for one in page.blocks] == ["top", "middle", "bottom"]
    assert page.source is TextSource.OCR
    assert [one.text for one in joined(native, found, keep_text=False).blocks] == ["top", "middle"]
