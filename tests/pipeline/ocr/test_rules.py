"""Rules are found in the image; letters, bars and dashes are not."""

import numpy as np
import pytest

from pagemill.pipeline.ocr.rules import find_rules

PIXEL = 0.48


@pytest.fixture
def page():
    return np.full((800, 600), 250, np.uint8)


def test_a_grid_is_found_with_its_places_in_points(page):
    for y in (100, 150, 200):
        page[y : y + 2, 100:501] = 30
    for x in (100, 300, 499):
        page[100:202, x : x + 2] = 30
    rules = find_rules(page, PIXEL)
    horizontal = [rule for rule in rules if rule.top == rule.bottom]
    vertical = [rule for rule in rules if rule.left == rule.right]
    assert [rule.top for rule in horizontal] == pytest.approx([101 * PIXEL, 151 * PIXEL, 201 * PIXEL])
    assert [rule.left for rule in vertical] == pytest.approx([101 * PIXEL, 301 * PIXEL, 500 * PIXEL])
    assert (horizontal[0].left, horizontal[0].right) == pytest.approx((100 * PIXEL, 501 * PIXEL))
    assert {rule.thickness for rule in rules} == {2 * PIXEL}


def test_a_hair_line_is_a_rule(page):
    page[300, 50:550] = 60
    assert len(find_rules(page, PIXEL)) == 1


def test_dashes_letters_bars_and_pictures_are_no_rules(page):
    page[100:102, 100:150] = 0
    page[200:230, 100:104] = 0
    page[300:340, 100:500] = 0
    assert find_rules(page, PIXEL) == []


def test_what_touches_the_edge_is_no_longer_for_it(page):
    page[0:10, 100:110] = 0
    page[400:402, 0:20] = 0
    assert find_rules(page, PIXEL) == []


@pytest.mark.parametrize("level", [0, 255])
def test_a_plain_image_has_no_rules(level):
    assert find_rules(np.full((50, 40), level, np.uint8), PIXEL) == []


def test_the_same_rules_at_any_resolution(sheet):
    sheet.rule(72, 100, 300, 100)
    fine = np.asarray(sheet.image.resize((sheet.image.width * 2, sheet.image.height * 2)))
    (coarse_rule,), (fine_rule,) = find_rules(sheet.pixels(), PIXEL), find_rules(fine, PIXEL / 2)
    assert (fine_rule.left, fine_rule.top, fine_rule.right) == pytest.approx(
        (coarse_rule.left, coarse_rule.top, coarse_rule.right), abs=1
    )
