"""Arabic and Hebrew: text put into the order in which it is read, which liteparse loses where numbers and names stand in it."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from pagemill.domain.document import BBox, Block, BlockKind
from pagemill.pipeline.formats.pdf.glued import whole
from pagemill.pipeline.formats.pdf.glyphs import Glyph
from pagemill.pipeline.formats.pdf.text import clean

_LETTER = re.compile(r"[^\W\d_]")
_ALEFS = frozenset("اأإآٱ")
_LAM = "ل"
_LONE_MARK = re.compile(r" ([\u064b-\u0652]+)(\w)")
_SENTENCE_END = re.compile(r"[.!?:؟۔]$")
_MOST_GAP = 1.0  # of the type's size
_KINDS = frozenset({BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.LIST_ITEM})


def in_reading_order(blocks: Sequence[Block], glyphs: Iterable[Glyph]) -> tuple[Block, ...]:
    """The blocks, their text made of the page's characters, where these are the same as the block's.

    Paragraphs that were torn at a line's end are whole again: these scripts have no small letters to tell it by.
    """
    texts = _texts(_untwisted(list(glyphs)), [block.bbox if block.kind in _KINDS else None for block in blocks])
    found: list[Block] = []
    for block, text in zip(blocks, texts, strict=True):
        ordered = replace(block, text=text) if _same_letters(text, block.text) else block
        if found and _goes_on(found[-1], ordered):
            found[-1] = whole(found[-1], ordered)
        else:
            found.append(ordered)
    return tuple(found)


def _goes_on(above: Block, below: Block) -> bool:
    if not above.kind is below.kind is BlockKind.PARAGRAPH or _SENTENCE_END.search(above.text):
        return False
    near = -above.font_size < below.bbox.top - above.bbox.bottom <= _MOST_GAP * above.font_size
    starts_and_ends = (
        abs(above.bbox.right - below.bbox.right) <= above.font_size and above.bbox.width >= 0.9 * below.bbox.width
    )
    return near and starts_and_ends and above.font_size == below.font_size and above.bold == below.bold


def _untwisted(glyphs: list[Glyph]) -> list[Glyph]:
    """The characters with lam before alef where one glyph stands for both: PDF readers turn these two round, too."""
    for index in range(len(glyphs) - 1):
        first, second = glyphs[index], glyphs[index + 1]
        if first.text in _ALEFS and second.text == _LAM and first.box == second.box:
            glyphs[index], glyphs[index + 1] = second, first
    return glyphs


def _texts(glyphs: Sequence[Glyph], boxes: Sequence[BBox | None]) -> list[str]:
    """For each box the characters whose middle lies in it, and the signs after them; the smallest of boxes has them."""
    by_area = sorted((box.area, index, box) for index, box in enumerate(boxes) if box)
    parts: list[list[str]] = [[] for _ in boxes]
    own: int | None = None
    for glyph in glyphs:
        if glyph.box is not None:
            own = next((index for _, index, box in by_area if _holds(box, glyph.box)), None)
        if own is not None:
            parts[own].append(glyph.text)
    return [_LONE_MARK.sub(r"\2\1", clean("".join(part))) for part in parts]


def _holds(box: BBox, other: BBox) -> bool:
    x, y = other.left + other.width / 2, other.top + other.height / 2
    return box.left <= x <= box.right and box.top <= y <= box.bottom


def _same_letters(one: str, other: str) -> bool:
    return Counter(_LETTER.findall(one)) == Counter(_LETTER.findall(other))
