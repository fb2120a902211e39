"""Headings that a reader tore into lines, made whole; and what is set like headings for too many lines to be one."""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from pagemill.domain.document import Block, BlockKind, PageContent
from pagemill.pipeline.layout.body import Style, body_style
from pagemill.pipeline.layout.headings import is_heading
from pagemill.pipeline.layout.notes import is_caption

_SAME_SIZE = 1.1
_MOST_GAP = 0.8  # of the type's size
_LEAST_OVERLAP = 0.5
_NUMBERED = re.compile(
    r"(?:\d+(?:\.\d+)*|[A-Z]|[IVXL]+|\([a-z0-9]\))[.):]?\s|(?:chapter|section|part|appendix|kapitel)\s", re.IGNORECASE
)


def with_whole_headings(pages: Sequence[PageContent]) -> list[PageContent]:
    """The pages with headings joined that follow one another as lines of one do; pictures between them stay behind it.

    The joined block may be too long for a heading: then it is text, as an address or a list of names is.
    """
    body = body_style(block for page in pages for block in page.blocks)
    return [replace(page, blocks=_joined(page.blocks, body)) for page in pages] if body.size else list(pages)


def _joined(blocks: Sequence[Block], body: Style) -> tuple[Block, ...]:
    found: list[Block] = []
    last = -1  # where the heading before stands in `found`, if only pictures follow it
    for block in blocks:
        heading = is_heading(block, body) and not is_caption(block)
        if heading and last >= 0 and _goes_on(found[last], block):
            found[last] = _whole(found[last], block)
            continue
        found.append(block)
        if heading:
            last = len(found) - 1
        elif block.kind is not BlockKind.FIGURE:
            last = -1
    return tuple(found)


def _goes_on(above: Block, below: Block) -> bool:
    """Whether the second is the next line: in the same type, right below, and beginning nothing of its own."""
    if _NUMBERED.match(below.text) or above.text.endswith((".", ":", "?", "!")) or above.bold != below.bold:
        return False
    size = max(above.font_size, below.font_size)
    if size > _SAME_SIZE * min(above.font_size, below.font_size):
        return False
    gap = below.bbox.top - above.bbox.bottom
    shared = min(above.bbox.right, below.bbox.right) - max(above.bbox.left, below.bbox.left)
    beneath = shared >= _LEAST_OVERLAP * min(above.bbox.width, below.bbox.width)
    return beneath and -0.5 * size <= gap <= _MOST_GAP * size


def _whole(above: Block, below: Block) -> Block:
    text = f"{above.text} {below.text}"
    return replace(above, text=text, bbox=above.bbox.union(below.bbox), words=above.words + below.words)
