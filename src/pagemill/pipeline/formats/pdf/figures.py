"""The pictures among a page's blocks: where they stand, and where in the text."""

from collections.abc import Sequence

from pagemill.domain.document import BBox, Block, BlockKind

_LEAST_POINTS = 24.0
_WHOLE_PAGE_SHARE = 0.9
_INSIDE_SHARE = 0.9
_SAME_SIZE_POINTS = 0.5


def figure(drawn: BBox, width: float, height: float) -> Block | None:
    """The picture drawn there, as far as the page of this size (points) shows it; None for specks and backgrounds."""
    box = on_page(drawn, width, height)
    small = min(box.width, box.height) < _LEAST_POINTS
    whole = box.area >= _WHOLE_PAGE_SHARE * width * height
    return None if small or whole else Block(BlockKind.FIGURE, "", box)


def on_page(box: BBox, width: float, height: float) -> BBox:
    """The part of the box that lies on a page of this size (points)."""
    left, top = min(max(box.left, 0.0), width), min(max(box.top, 0.0), height)
    right, bottom = min(max(box.right, 0.0), width), min(max(box.bottom, 0.0), height)
    return BBox(left, top, round(right - left, 2), round(bottom - top, 2))


def with_figures_placed(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks without pictures inside pictures; one that stands within a sentence comes after the paragraph."""
    figures = [block for block in blocks if block.kind is BlockKind.FIGURE]
    nested = {id(one) for one in figures if any(_is_inside(one, other) for other in figures if other is not one)}
    placed: list[Block] = []
    for block in blocks:
        if id(block) in nested:
            continue
        before = _last_text(placed)
        place = len(placed) if before is None or not _goes_on(placed[before], block) else before + 1
        placed.insert(place, block)
    return tuple(placed)


def _is_inside(one: Block, other: Block) -> bool:
    smaller = (one.bbox.area, one.bbox.top, one.bbox.left) < (other.bbox.area, other.bbox.top, other.bbox.left)
    return smaller and one.bbox.overlap(other.bbox) >= _INSIDE_SHARE * one.bbox.area


def _last_text(blocks: Sequence[Block]) -> int | None:
    """The index of the last block if pictures follow it."""
    index = next((i for i in reversed(range(len(blocks))) if blocks[i].kind is not BlockKind.FIGURE), None)
    return None if index is None or index == len(blocks) - 1 else index


def _goes_on(before: Block, after: Block) -> bool:
    """Whether the paragraph goes on with a small letter in the sentence that the one before leaves open."""
    if not before.kind is after.kind is BlockKind.PARAGRAPH or before.text.endswith((".", "!", "?", ":")):
        return False
    alike = abs(before.font_size - after.font_size) <= _SAME_SIZE_POINTS and before.bold == after.bold
    beneath = before.bbox.left < after.bbox.right and after.bbox.left < before.bbox.right
    return alike and after.text[:1].islower() and beneath and after.bbox.top >= before.bbox.top
