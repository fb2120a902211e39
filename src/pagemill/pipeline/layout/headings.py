"""Which blocks are headings, and of which level, measured by the document's body and not by the pages of one call."""

import re
from collections.abc import Iterable, Sequence

from pagemill.domain.document import Block, BlockKind
from pagemill.pipeline.layout.body import LARGER, Style, style_of

DEEPEST_LEVEL = 6
_AS_LARGE = 0.95
_NUMBERED_AS_LARGE = 0.9
_CAPITALS_AS_LARGE = 0.8
_MUCH_LARGER = 1.5
_MOST_CHARACTERS = 180
_MOST_WORDS = 24
_SHORT_WORDS = 7
_BOLD_WORDS = 12
_MOST_LINES = 3.4
_WORD = re.compile(r"[^\W\d_]{2}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SENTENCE_END = re.compile(r"[.。,:;,:;]['\"”’)]?$")
_NUMBERING = re.compile(
    r"(?:\d+(?:\.\d+)*|[A-Z]|[IVXL]+)\.?\s+\S|(?:chapter|section|part|appendix|kapitel)\b", re.IGNORECASE
)


def is_heading(block: Block, body: Style) -> bool:
    """Whether the block is a heading in a document whose body is set like this.

    A reader's heading is believed unless its type and text speak against it; its paragraph is one only if it is short
    and set clearly larger than the body, or bold. Pages without type sizes say themselves what a heading is.
    """
    if block.kind not in (BlockKind.HEADING, BlockKind.PARAGRAPH):
        return False
    if not body.size or not block.font_size:
        return block.kind is BlockKind.HEADING
    if not _could_be(block):
        return False
    style = style_of(block)
    larger = style.size >= LARGER * body.size
    bolder = style.bold and not body.bold and style.size >= _least_share(block.text) * body.size
    open_ended = not _SENTENCE_END.search(block.text)
    if style.size < _MUCH_LARGER * body.size and (block.text[:1].islower() or not (open_ended or _is_short(block))):
        return False
    if block.kind is BlockKind.PARAGRAPH:
        return open_ended and _is_one_line(block) and (larger or (bolder and len(block.text.split()) <= _BOLD_WORDS))
    return larger or bolder or (open_ended and _is_numbered(block, style, body))


def heading_levels(headings: Iterable[Block]) -> dict[Style, int]:
    """The level of each type that headings are set in: the largest is 2, since 1 is the title's; 6 is the deepest."""
    styles = sorted({style_of(block) for block in headings if block.font_size}, reverse=True)
    return {style: min(level, DEEPEST_LEVEL) for level, style in enumerate(styles, start=2)}


def find_title(headings: Sequence[Block], body: Style) -> Block | None:
    """The title among the headings of the first page: the first of the largest, if it stands out from the body.

    Without type sizes it is the first, if that is a heading of level 1.
    """
    if not headings:
        return None
    largest = max(headings, key=lambda block: style_of(block).size)
    if largest.font_size and body.size:
        return largest if style_of(largest).size >= 1.2 * body.size else None
    return headings[0] if headings[0].level == 1 else None


def _least_share(text: str) -> float:
    """How large a bold heading is at the least, as a share of the body's size: recognised sizes differ by a little."""
    if text.isupper():
        return _CAPITALS_AS_LARGE
    return _NUMBERED_AS_LARGE if _NUMBERING.match(text) else _AS_LARGE


def _could_be(block: Block) -> bool:
    lines = block.bbox.height / (1.2 * block.font_size)
    if len(block.text) > _MOST_CHARACTERS or len(block.text.split()) > _MOST_WORDS or lines > _MOST_LINES:
        return False
    return _WORD.search(block.text) is not None


def _is_one_line(block: Block) -> bool:
    return block.bbox.height < 2.0 * block.font_size


def _is_short(block: Block) -> bool:
    return len(block.text.split()) <= _SHORT_WORDS and not block.text.endswith((",", ";"))


def _is_numbered(block: Block, style: Style, body: Style) -> bool:
    return style.size >= _AS_LARGE * body.size and _NUMBERING.match(block.text) is not None
