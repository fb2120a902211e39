"""The text layer is a PDF that readers take for a page with words and rules."""

from io import BytesIO

import pypdfium2
import pytest
from pypdf import PdfReader

from pagemill.pipeline.ocr.rules import Rule
from pagemill.pipeline.ocr.text_layer import LayerWord, text_layer

WORDS = (
    LayerWord("Naïve", 72, 100, 30, 12),
    LayerWord("café™", 106, 100, 29, 12, spaced=True),
    LayerWord("水磨坊", 72, 130, 36, 12),
    LayerWord("(x)<y>\\", 120, 130, 40, 12),
)


def text_of(layer):
    document = pypdfium2.PdfDocument(layer)
    try:
        return document[0].get_textpage().get_text_range().split()
    finally:
        document.close()


def test_pdfium_reads_the_words_back_in_any_script():
    assert text_of(text_layer(612, 792, WORDS)) == ["Naïve", "café™", "水磨坊", "(x)<y>\\"]


def test_letters_beyond_the_basic_plane_are_read_back():
    assert text_of(text_layer(612, 792, [LayerWord("𠅤字", 72, 100, 24, 12)])) == ["𠅤字"]


def test_a_strict_reader_finds_no_fault():
    reader = PdfReader(BytesIO(text_layer(612, 792, WORDS, [Rule(72, 140, 300, 140, 1)])), strict=True)
    assert len(reader.pages) == 1
    assert reader.pages[0].extract_text().split() == ["Naïve", "café™", "水磨坊", "(x)<y>\\"]


def test_words_stand_in_their_boxes(parse):
    items = parse(text_layer(612, 792, WORDS)).text_items
    found = {box.text: box for item in items for box in item.words}
    for word in WORDS:
        box = found[word.text]
        assert (box.x, box.width) == pytest.approx((word.left, word.width), abs=0.1)
        assert (box.y, box.height) == pytest.approx((word.baseline - 0.8 * word.size, word.size), abs=0.2)


def test_size_and_weight_reach_the_reader(parse):
    words = [LayerWord("Title", 72, 80, 60, 24, bold=True), LayerWord("body", 72, 120, 24, 10)]
    title, body = parse(text_layer(612, 792, words)).text_items
    assert (title.font_size, body.font_size) == pytest.approx((24, 10))
    assert title.font_name.endswith("-Bold")
    assert not body.font_name.endswith("-Bold")


def test_a_narrow_gap_is_a_space_where_one_was_recognised(parse):
    words = [LayerWord("mill", 72, 100, 17.8, 11), LayerWord("stands", 91, 100, 34, 11, spaced=True)]
    (item,) = parse(text_layer(612, 792, words)).text_items
    assert item.text.split() == ["mill", "stands"]


def test_words_that_touch_are_not_parted(parse):
    words = [
        LayerWord("使用", 72, 100, 24, 12),
        LayerWord("Python", 96, 100, 36, 12),
        LayerWord("编写", 132, 100, 24, 12),
    ]
    (item,) = parse(text_layer(612, 792, words)).text_items
    assert item.text == "使用Python编写"


def test_a_word_that_runs_upwards_is_read(parse):
    (item,) = parse(text_layer(612, 792, [LayerWord("Volume", 40, 300, 40, 12, upright=False)])).text_items
    assert item.text == "Volume"
    assert item.height > item.width


def test_the_text_is_invisible_and_the_rules_are_seen():
    def darkest(layer):
        document = pypdfium2.PdfDocument(layer)
        try:
            return int(document[0].render(scale=2, grayscale=True).to_numpy().min())
        finally:
            document.close()

    assert darkest(text_layer(612, 792, WORDS)) == 255
    assert darkest(text_layer(612, 792, [], [Rule(72, 140, 300, 140, 1)])) < 100


def test_no_words_are_an_empty_page_of_the_right_size():
    document = pypdfium2.PdfDocument(text_layer(595.28, 841.89, []))
    try:
        assert len(document) == 1
        assert document[0].get_size() == pytest.approx((595.28, 841.89), abs=0.01)
    finally:
        document.close()


def test_words_without_extent_are_left_out():
    assert text_of(text_layer(612, 792, [LayerWord("a", 72, 100, 0, 12), LayerWord("b", 72, 100, 5, 0)])) == []


def test_more_letters_than_one_map_section_holds():
    letters = "".join(chr(0x4E00 + number) for number in range(250))
    words = [LayerWord(letters[start : start + 25], 72, 50 + 2 * start, 300, 12) for start in range(0, 250, 25)]
    assert "".join(text_of(text_layer(612, 792, words))) == letters


def test_the_same_words_give_the_same_bytes():
    assert text_layer(612, 792, WORDS) == text_layer(612, 792, list(WORDS))
