"""A drawn page is read with the real models."""

from collections import Counter

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageFont

from pagemill.pipeline.ocr.recognise import recognise_page

pytestmark = pytest.mark.long
SIZE = (612.0, 792.0)


def accuracy(found, drawn):
    """The F1 of two bags of words."""
    common = sum((Counter(found) & Counter(drawn)).values())
    return 2 * common / (len(found) + len(drawn))


def texts(recognised):
    return [word.text for word in recognised.words]


@pytest.fixture(scope="module")
def read(letter):
    return recognise_page(letter.pixels(), *SIZE)


@pytest.fixture(scope="module")
def page(read, parse):
    return parse(read.text_layer)


def test_the_words_are_read_in_order(read, letter):
    assert accuracy(texts(read), letter.words) >= 0.98
    assert texts(read)[:7] == letter.words[:7]


def test_boxes_stand_where_the_words_were_drawn(read, letter):
    drawn = dict(letter.drawn)
    once = [word for word in read.words if letter.words.count(word.text) == 1]
    assert len(once) > 15
    for word in once:
        left, top, right, bottom = drawn[word.text]
        assert (word.bbox.left, word.bbox.right) == pytest.approx((left, right), abs=3)
        assert word.bbox.top <= top + 2
        assert word.bbox.bottom >= bottom - 2
        assert word.bbox.height <= 2.2 * (bottom - top) + 3


def test_confidences_are_shares_and_high_on_clean_print(read):
    assert all(0 <= word.confidence <= 1 for word in read.words)
    assert sum(word.confidence for word in read.words) / len(read.words) > 0.95


def test_the_reader_finds_title_headings_and_paragraphs(page):
    headings = [(block.text, block.level) for block in page.blocks if block.kind == "heading"]
    assert [text for text, _ in headings] == ["The Water Mill", "History of the place", "What it grinds"]
    assert headings[0][1] < headings[1][1] == headings[2][1]
    paragraphs = [block.text for block in page.blocks if block.kind == "paragraph"]
    assert len(paragraphs) == 2
    assert all(text.startswith("The mill stands where two rivers meet,") for text in paragraphs)


def test_the_reader_finds_the_ruled_table(page):
    (table,) = [block for block in page.blocks if block.kind == "table"]
    rows = [[cell.text for cell in row] for row in [table.header or [], *table.rows] if row]
    assert rows == [
        ["Grain", "Sacks", "Price"],
        ["Wheat", "120", "14.50"],
        ["Rye", "85", "11.20"],
        ["Barley", "42", "9.80"],
    ]


def test_the_layer_holds_the_words_in_the_same_places(read, page):
    placed = [(box.text, box.x, box.y) for item in page.text_items for box in item.words]
    assert [text for text, _, _ in placed] == texts(read)
    for word, (_, left, top) in zip(read.words, placed, strict=True):
        assert (left, top) == pytest.approx((word.bbox.left, word.bbox.top), abs=3)


def test_the_same_image_gives_the_same_bytes(read, letter):
    again = recognise_page(letter.pixels(), *SIZE)
    assert again == read


@pytest.mark.parametrize("angle", [1.0, -1.0])
def test_a_leaning_page_is_read_like_a_level_one(letter, parse, angle):
    leaning = recognise_page(letter.pixels(angle), *SIZE)
    assert accuracy(texts(leaning), letter.words) >= 0.98
    blocks = parse(leaning.text_layer).blocks
    assert next(block.text for block in blocks if block.kind == "heading") == "The Water Mill"
    assert any(block.kind == "table" and len(block.rows) >= 3 for block in blocks)


@pytest.mark.parametrize("factor", [0.66, 2.0])
def test_other_resolutions_are_read_as_well(letter, factor):
    width, height = (round(side * factor) for side in letter.image.size)
    scaled = np.asarray(letter.image.resize((width, height), Image.Resampling.LANCZOS))
    found = recognise_page(scaled, *SIZE)
    assert accuracy(texts(found), letter.words) >= 0.97
    assert max(word.bbox.right for word in found.words) < SIZE[0]


def test_bold_print_is_bold_in_the_layer(sheet, parse):
    sheet.text(72, 80, "Strong words begin here", size=12, stroke=1)
    for row in range(4):
        sheet.text(72, 110 + 20 * row, "and the plain words follow on the next lines", size=12)
    items = parse(recognise_page(sheet.pixels(), *SIZE).text_layer).text_items
    assert {item.font_name.endswith("-Bold") for item in items if "Strong" in item.text} == {True}
    assert {item.font_name.endswith("-Bold") for item in items if "plain" in item.text} == {False}


def test_text_that_runs_upwards_is_read(sheet):
    sheet.text(200, 300, "Yearly output in tonnes", size=14)
    upwards = np.ascontiguousarray(np.rot90(sheet.pixels()))
    found = recognise_page(upwards, SIZE[1], SIZE[0])
    assert accuracy(texts(found), sheet.words) == 1
    assert all(word.bbox.height > word.bbox.width for word in found.words if len(word.text) > 2)


def test_light_print_on_a_dark_band_is_read(sheet):
    sheet.draw.rectangle((100, 150, 900, 220), fill=20)
    sheet.draw.text((130, 165), "Annual report", font=ImageFont.load_default(34), fill=250)
    assert texts(recognise_page(sheet.pixels(), *SIZE)) == ["Annual", "report"]


@pytest.mark.parametrize("shape", [(1650, 1275), (1, 1), (3, 2), (1, 3000), (5000, 2), (31, 33), (48, 700)])
@pytest.mark.parametrize("level", [0, 255])
def test_a_blank_image_of_any_size_is_an_empty_page(shape, level):
    blank = recognise_page(np.full(shape, level, np.uint8), *SIZE)
    assert blank.words == ()
    document = pypdfium2.PdfDocument(blank.text_layer)
    try:
        assert document[0].get_size() == SIZE
        assert document[0].get_textpage().get_text_range() == ""
    finally:
        document.close()


def test_noise_is_not_text():
    noise = np.random.default_rng(1).integers(0, 256, (700, 500), np.uint8)
    assert recognise_page(noise, *SIZE).words == ()
