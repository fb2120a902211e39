"""What stands on a slide, put into reading order."""

from collections.abc import Sequence

import msgspec

from pagemill.domain.document import BBox, Block
from pagemill.pipeline.formats.slides.order import in_reading_order

SPEAKER_NOTES = "Speaker notes:"
"""What stands before the notes to a slide, as its last paragraph."""


class Item(msgspec.Struct, frozen=True):
    """A shape, or a group of shapes that are read together: its box, and its blocks in order."""

    box: BBox
    blocks: tuple[Block, ...]
    is_title: bool = False


def slide_blocks(items: Sequence[Item]) -> list[Block]:
    """Title first, then what stands above or to the left."""
    titles = [item for item in items if item.is_title]
    others = [item for item in items if not item.is_title]
    return [block for item in [*titles, *in_reading_order(others, lambda item: item.box)] for block in item.blocks]
