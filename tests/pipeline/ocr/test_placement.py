"""Lines find their rows and words their place on the page."""

import numpy as np
import pytest

from pagemill.pipeline.ocr.geometry import LineBox, turned
from pagemill.pipeline.ocr.lines import Line, LineWord
from pagemill.pipeline.ocr.order import in_rows
from pagemill.pipeline.ocr.placement import Placement, levelled, skew_of
from pagemill.pipeline.ocr.typography import Sample, Type


def line(text, x, y, length=200.0, angle=0.0):
    words = (LineWord(text, 0.98765, 10, length - 10),)
    return Line(LineBox(x, y, length, 24, angle), words, 18, Sample(20, 2, len(text)))


def test_lines_are_read_row_by_row():
    lines = [line("c", 300, 152), line("b", 600, 98), line("a", 300, 102), line("d", 600, 150)]
    assert [one.text for one in in_rows(lines)] == ["a", "b", "c", "d"]


def test_rows_of_a_leaning_page_are_kept_together():
    level = [("a", 200, 100), ("b", 1000, 100), ("c", 200, 130), ("d", 1000, 130)]
    lines = [line(text, *turned(x, y, 2, (600, 800)), angle=2) for text, x, y in level]
    assert [one.text for one in in_rows(reversed(lines), 2)] == ["a", "b", "c", "d"]


def test_the_skew_is_that_of_the_long_lines():
    assert skew_of([line("x", 300, y, 400, 0.8) for y in (100, 150, 200)] + [line("i", 9, 9, 20, -4)]) == 0.8


@pytest.mark.parametrize("angles", [(), (0.05, 0.02), (-90.0, -90.0)])
def test_a_page_without_lean_or_lines_is_level(angles):
    assert skew_of([line("x", 300, 100, 400, angle) for angle in angles]) == 0


def test_a_level_page_is_left_as_it_is():
    image = np.zeros((4, 4), np.uint8)
    assert levelled(image, 0) is image


def test_a_word_is_placed_in_points_and_is_as_high_as_its_font():
    placement = Placement(1000, 800, 0.5, 0.25)
    found = line("mill", 300, 100)
    word = placement.word(found, found.words[0], Type(20, bold=False))
    assert word.text == "mill"
    assert word.confidence == 0.988
    assert (word.bbox.left, word.bbox.right) == pytest.approx((105, 195))
    assert (word.bbox.top, word.bbox.bottom) == pytest.approx(((88 + 18 - 16) * 0.25, (88 + 18 + 4) * 0.25))


def test_words_of_a_leaning_line_share_a_baseline_on_the_levelled_page():
    placement = Placement(1000, 800, 0.5, 0.5, skew=2.0)
    box = LineBox(500, 300, 800, 24, 2.0)
    words = (LineWord("one", 1, 0, 100), LineWord("two", 1, 700, 800))
    leaning = Line(box, words, 18, Sample(20, 2, 6))
    first, second = (placement.layer_word(leaning, word, Type(20, bold=True)) for word in words)
    assert first.baseline == pytest.approx(second.baseline)
    assert second.left - first.left == pytest.approx(350)
    assert (first.width, first.size, first.bold, first.upright) == (50, 10, True, True)


def test_a_line_that_runs_upwards_does_so_in_the_layer():
    upwards = line("axis", 100, 400, angle=-90)
    placement = Placement(1000, 800, 0.5, 0.5)
    assert not placement.layer_word(upwards, upwards.words[0], Type(20, bold=False)).upright
    box = placement.word(upwards, upwards.words[0], Type(20, bold=False)).bbox
    assert box.height == pytest.approx(90)
    assert box.width == pytest.approx(10)
