"""A probability map becomes boxes of lines."""

import math

import cv2
import numpy as np
import pytest

from pagemill.pipeline.ocr.detection import boxes_in, detect_lines, grown, leaning_box
from pagemill.pipeline.ocr.geometry import LineBox, turned


def map_with(*boxes, probability=0.9):
    """A map with leaning rectangles of text."""
    canvas = np.zeros((320, 480), np.float32)
    for box in boxes:
        corners = [box.at(*corner) for corner in ((0, 0), (box.length, 0), (box.length, box.height), (0, box.height))]
        cv2.fillPoly(canvas, [np.round(corners).astype(np.int32)], probability)
    return canvas


@pytest.mark.parametrize("angle", [0.0, 1.0, -1.0, 8.0, -20.0])
def test_a_line_is_found_where_it_stands_however_it_leans(angle):
    line = LineBox(240, 160, 200, 12, angle)
    (found,) = boxes_in(map_with(line))
    assert (found.x, found.y) == pytest.approx((line.x, line.y), abs=1.5)
    assert found.angle == pytest.approx(angle, abs=0.6)
    assert found.length > line.length
    assert 12 < found.height < 36


def test_two_lines_are_two_boxes():
    assert len(boxes_in(map_with(LineBox(240, 100, 200, 12), LineBox(240, 130, 200, 12)))) == 2


def test_what_is_hardly_text_or_hardly_there_is_left_out():
    assert boxes_in(map_with(LineBox(240, 160, 200, 12), probability=0.4)) == []
    assert boxes_in(map_with(LineBox(240, 160, 1, 1))) == []
    assert boxes_in(np.zeros((64, 64), np.float32)) == []


@pytest.mark.parametrize("angle", [0.0, 3.0, -3.0, 44.0, 90.0, 87.0, 93.0, -90.0, 180.0])
def test_a_rectangle_is_level_along_the_side_that_is_nearest_to_level(angle):
    box = leaning_box(((50.0, 60.0), (80.0, 10.0), angle))
    assert abs(box.angle) <= 45
    across = math.isclose(abs(math.cos(math.radians(angle))), 1, abs_tol=0.5)
    assert (box.length, box.height) == ((80.0, 10.0) if across else (10.0, 80.0))


def test_growing_keeps_the_middle_and_the_angle():
    box = grown(LineBox(10, 20, 100, 10, 3))
    assert (box.x, box.y, box.angle) == (10, 20, 3)
    assert box.length - 100 == pytest.approx(box.height - 10)
    assert box.height - 10 == pytest.approx(2 * 1000 * 1.6 / 220)


def test_a_large_image_is_searched_small_and_answered_in_its_own_pixels():
    seen = []

    def model(batch):
        seen.append(batch.shape)
        answer = np.zeros((1, 1, *batch.shape[2:]), np.float32)
        answer[0, 0, 100:110, 50:250] = 0.9
        return answer

    (box,) = detect_lines(np.full((2560, 1300), 255, np.uint8), model)
    assert seen == [(1, 3, 1280, 672)]
    assert (box.x, box.y) == pytest.approx((300, 210), abs=3)


def test_points_of_a_box_go_along_its_lean():
    box = LineBox(100, 50, 40, 10, 90)
    assert box.at(0, 5) == pytest.approx((100, 30))
    assert box.at(40, 5) == pytest.approx((100, 70))
    assert turned(110, 50, 90, (100, 50)) == pytest.approx((100, 60))
