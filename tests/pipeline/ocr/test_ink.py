"""The pixels of a crop say where words end, how high they are and how thick."""

import numpy as np
import pytest

from pagemill.pipeline.ocr.ink import Span, extent, ink_of, spans, stroke
from pagemill.pipeline.ocr.words import Token

PAPER, INK = 230, 40


def crop(*blocks, width=160):
    """A crop with blocks of ink, each with its left, right, top and bottom."""
    pixels = np.full((48, width), PAPER, np.uint8)
    for left, right, top, bottom in blocks:
        pixels[top:bottom, left:right] = INK
    return pixels


def test_ink_is_one_and_paper_nought_also_when_the_page_is_dark():
    pixels = crop((20, 60, 10, 38))
    for image in (pixels, 255 - pixels):
        ink = ink_of(image)
        assert ink[20, 30] == pytest.approx(1)
        assert ink[20, 100] == pytest.approx(0)


def test_a_crop_without_contrast_holds_no_ink():
    assert not ink_of(np.full((48, 160), 128, np.uint8)).any()
    assert not ink_of(crop((20, 60, 10, 38)) // 16 + 200).any()


def test_words_end_where_their_ink_ends():
    ink = ink_of(crop((10, 60, 10, 38), (80, 150, 10, 38)))
    found = [Token("one", 1, 2, 6, spaced=False), Token("two", 1, 11, 17, spaced=True)]
    assert spans(found, ink, 8) == [Span(10, 60), Span(80, 150)]


def test_the_gap_of_a_space_is_found_though_the_letters_steps_lie_beside_their_ink():
    ink = ink_of(crop((10, 40, 10, 38), (43, 60, 10, 38), (72, 90, 10, 38), (93, 140, 10, 38)))
    found = [Token("one", 1, 2, 7.4, spaced=False), Token("two", 1, 10.4, 16, spaced=True)]
    assert spans(found, ink, 8) == [Span(10, 60), Span(72, 140)]


def test_words_that_no_space_parts_touch():
    ink = ink_of(crop((10, 60, 10, 38), (80, 150, 10, 38)))
    found = [Token("今天，", 1, 2, 6, spaced=False), Token("好", 1, 11, 17, spaced=False)]
    first, second = spans(found, ink, 8)
    assert (first.left, second.right) == (10, 150)
    assert first.right == second.left == 70


def test_words_without_any_gap_are_cut_between_their_letters():
    ink = ink_of(crop((10, 150, 10, 38), width=160))
    first, second = spans([Token("on", 1, 2, 6, spaced=False), Token("to", 1, 11, 17, spaced=False)], ink, 8)
    assert first.right == second.left
    assert 52 <= first.right <= 92


def test_a_word_reaches_from_its_dot_to_its_descender_but_not_into_the_next_line():
    assert extent(ink_of(crop((20, 24, 6, 9), (20, 24, 14, 40), (20, 60, 0, 3), (20, 60, 45, 48)))) == Span(6, 40)


def test_a_blank_word_has_no_extent():
    assert extent(np.zeros((48, 20), np.float32)) is None
    assert stroke(np.zeros((48, 20), np.float32)) == 0


@pytest.mark.parametrize("thickness", [2, 4, 7])
def test_a_stroke_is_as_thick_as_it_was_drawn(thickness):
    bars = [(left, left + thickness, 4, 44) for left in range(10, 150, 20)]
    assert stroke(ink_of(crop(*bars))) == pytest.approx(thickness, rel=0.2)
