"""Boxes: the little algebra that layout stands on. Coordinates are quarters of a point, so that sums are exact."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from pagemill.domain.document import BBox, Document, Page, TextSource

PLACES = st.integers(-4_000, 4_000).map(lambda quarters: quarters / 4)
LENGTHS = st.integers(0, 4_000).map(lambda quarters: quarters / 4)
BOXES = st.builds(BBox, left=PLACES, top=PLACES, width=LENGTHS, height=LENGTHS)


def holds(outer: BBox, inner: BBox) -> bool:
    across = outer.left <= inner.left and inner.right <= outer.right
    return across and outer.top <= inner.top and inner.bottom <= outer.bottom


@given(BOXES, BOXES)
def test_a_union_holds_both_and_is_the_same_from_either_side(one: BBox, other: BBox) -> None:
    union = one.union(other)
    assert holds(union, one)
    assert holds(union, other)
    assert union == other.union(one)


@given(BOXES, BOXES)
def test_no_smaller_box_holds_both(one: BBox, other: BBox) -> None:
    union = one.union(other)
    assert union.left in (one.left, other.left)
    assert union.top in (one.top, other.top)
    assert union.right in (one.right, other.right)
    assert union.bottom in (one.bottom, other.bottom)


@given(BOXES, BOXES, BOXES)
def test_unions_need_no_order(one: BBox, other: BBox, third: BBox) -> None:
    assert one.union(other).union(third) == one.union(other.union(third))
    assert one.union(one) == one


@given(BOXES, BOXES)
def test_an_overlap_is_shared_and_fits_into_both(one: BBox, other: BBox) -> None:
    overlap = one.overlap(other)
    assert overlap == other.overlap(one)
    assert 0 <= overlap <= min(one.area, other.area)
    assert one.overlap(one) == one.area


@given(BOXES, BOXES)
def test_a_box_inside_another_overlaps_with_all_of_itself(one: BBox, other: BBox) -> None:
    assert one.union(other).overlap(one) == one.area


@given(BOXES, BOXES)
def test_boxes_beside_each_other_do_not_overlap(one: BBox, other: BBox) -> None:
    beside = BBox(one.right, other.top, other.width, other.height)
    assert one.overlap(beside) == 0


def test_a_document_comes_back_from_json_as_it_was() -> None:
    page = Page(number=1, width=595.0, height=842.0, source=TextSource.NATIVE)
    document = Document("a.pdf", "application/pdf", 2, (page,), (), (), failed_pages=(2,))
    assert msgspec.json.decode(msgspec.json.encode(document), type=Document) == document
