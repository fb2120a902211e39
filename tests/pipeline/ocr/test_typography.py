"""Font size and weight are told from letters."""

import pytest

from pagemill.pipeline.ocr.typography import Proportions, Sample, proportions, settle, snapped, weighted_median


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("moon", Proportions(0.50, 0.0)),
        ("Moon", Proportions(0.71, 0.0)),
        ("moon,", Proportions(0.50, 0.13)),
        ("yarn", Proportions(0.50, 0.21)),
        ("pond", Proportions(0.71, 0.21)),
        ("1742", Proportions(0.71, 0.0)),
        ("(sun)", Proportions(0.71, 0.21)),
        ("水磨", Proportions(0.80, 0.10)),
    ],
)
def test_a_word_reaches_as_far_as_its_letters_do(word, expected):
    assert proportions(word) == expected


@pytest.mark.parametrize("word", ["--", "•", "...", "“"])
def test_signs_alone_tell_no_size(word):
    assert proportions(word) is None


def test_the_median_goes_by_weight():
    assert weighted_median([(1, 1), (2, 1), (9, 5)]) == 9
    assert weighted_median([]) == 0


def test_nearly_equal_sizes_become_the_size_with_the_most_letters():
    assert snapped([(20.0, 60), (20.9, 30), (19.4, 50), (33.0, 12), (34.0, 20)]) == [20.0, 20.0, 20.0, 34.0, 34.0]


def test_a_size_of_nought_stays_nought():
    assert snapped([(0.0, 3), (20.0, 5)]) == [0.0, 20.0]


def test_thick_strokes_are_bold_whatever_the_size():
    """Regular strokes are about .034 of the size, bold ones .06, and soft edges add .8 of a pixel to both."""
    regular = [Sample(size, 0.8 + 0.034 * size, 60) for size in (13, 21, 21, 25)]
    bold = [Sample(size, 0.8 + 0.06 * size, 20) for size in (17, 31, 50)]
    assert [kind.bold for kind in settle(regular + bold)] == [False] * 4 + [True] * 3


def test_a_page_in_one_weight_has_nothing_bold():
    assert not any(kind.bold for kind in settle([Sample(21, 2.1, 60), Sample(40, 3.3, 20)]))


def test_nothing_measured_is_no_type():
    assert settle([]) == []
