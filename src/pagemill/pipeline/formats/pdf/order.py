"""What stands above in a column is read before what stands below in it: the one rule of reading order without exception."""

from collections.abc import Sequence
from heapq import heappop, heappush
from itertools import pairwise

from pagemill.domain.document import Block, BlockKind

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
    text = [(index, block.bbox) for index, block in enumerate(blocks) if block.kind is not BlockKind.FIGURE]
    edges = sorted((box.top, box.bottom, box.left, box.right, index) for index, box in text)
    below: list[list[int]] = [[] for _ in blocks]
    for place, (upper_top, upper_bottom, left, right, upper) in enumerate(edges):
        for top, bottom, other_left, other_right, lower in edges[place + 1 :]:
            if upper_bottom > top + _INTO_ONE_ANOTHER * (bottom - top) or upper_top >= top:
                continue
            shared = (min(other_right, right)) - (max(other_left, left))
            if shared > 0 and shared > _SHARED_WIDTH * min(right - left, other_right - other_left):
                below[upper].append(lower)
    return below
