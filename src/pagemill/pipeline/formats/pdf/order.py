"""What stands above in a column is read before what stands below in it: the one rule of reading order without exception."""

from collections.abc import Sequence
from heapq import heappop, heappush
from itertools import pairwise

from pagemill.domain.document import BBox, Block, BlockKind

_SHARED_WIDTH = 0.5  # of the narrower one
_INTO_ONE_ANOTHER = 0.25  # of the lower one's height: boxes are not always tight
_MOST_BLOCKS = 400


def from_above(blocks: Sequence[Block]) -> list[Block]:
    """The blocks in their order, but for those that came before others of the same column that stand above them.

    Pictures are left out of it: text may stand on them.
    """
    if len(blocks) > _MOST_BLOCKS or all(one.bbox.top <= other.bbox.top for one, other in pairwise(blocks)):
        return list(blocks)
    below = _below(blocks)
    waiting = [0] * len(blocks)
    for each in below:
        for index in each:
            waiting[index] += 1
    ready = [index for index, count in enumerate(waiting) if count == 0]
    order: list[Block] = []
    while ready:
        index = heappop(ready)
        order.append(blocks[index])
        for lower in below[index]:
            waiting[lower] -= 1
            if waiting[lower] == 0:
                heappush(ready, lower)
    return order


def _below(blocks: Sequence[Block]) -> list[list[int]]:
    """For each block the indexes of those that stand below it in the same column."""
    boxes = [None if block.kind is BlockKind.FIGURE else block.bbox for block in blocks]
    return [
        [other for other, lower in enumerate(boxes) if upper and lower and _is_above(upper, lower)] for upper in boxes
    ]


def _is_above(upper: BBox, lower: BBox) -> bool:
    if upper.top >= lower.top or upper.bottom > lower.top + _INTO_ONE_ANOTHER * lower.height:
        return False
    shared = min(upper.right, lower.right) - max(upper.left, lower.left)
    return shared > _SHARED_WIDTH * min(upper.width, lower.width)
