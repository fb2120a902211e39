"""Classes of time steps become characters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagemill.pipeline.ocr.ctc import BLANK, Glyph, decode

CHARACTERS = ("", "a", "b", " ")


def decoded(classes, confidences=None):
    given_confidences = [0.9] * len(classes) if confidences is None else confidences
    return decode(np.array(classes, np.int64), np.array(given_confidences, np.float32), CHARACTERS)


def text(classes):
    return "".join(glyph.text for glyph in decoded(classes))


def test_repeated_steps_are_one_character_and_a_blank_parts_two():
    assert text([1, 1, 0, 1, 2, 2]) == "aab"


def test_blanks_alone_are_nothing():
    assert decoded([0, 0, 0]) == []


def test_no_steps_are_nothing():
    assert decoded([]) == []


def test_a_character_stands_in_the_middle_of_its_steps_with_its_best_confidence():
    (glyph,) = decoded([0, 1, 1, 1, 0], [1, 0.5, 0.75, 0.25, 1])
    assert glyph == Glyph("a", 0.75, 2.0)


def test_a_space_is_a_character():
    assert text([1, 3, 2]) == "a b"


@given(st.text("ab ", max_size=30), st.integers(1, 4), st.integers(1, 3))
def test_any_text_written_out_in_steps_comes_back(line, repeats, blanks):
    steps = []
    for character in line:
        steps += [CHARACTERS.index(character)] * repeats + [BLANK] * blanks
    glyphs = decoded(steps)
    assert "".join(glyph.text for glyph in glyphs) == line
    assert [glyph.step for glyph in glyphs] == pytest.approx(
        [number * (repeats + blanks) + (repeats - 1) / 2 for number in range(len(line))]
    )
