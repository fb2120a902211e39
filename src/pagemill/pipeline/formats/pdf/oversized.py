"""Fonts that claim to be many times taller than their letters are.

Their lines seem to overlap, and liteparse drops what seems to lie under other text. Such a page is set anew from its
single characters, as a recognised page is.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from pagemill.domain.document import BBox, Block, BlockKind
from pagemill.pipeline.formats.pdf.glyphs import Glyph
from pagemill.pipeline.formats.pdf.lines import box_around

_TIMES_A_LETTERS_WIDTH = 5.0
_LEAST_SHARE = 0.3
_LEAST_CHARACTERS = 4
_SAME_LINE = 0.3  # of the type's size
_WIDEST_GAP = 1.0


def has_oversized_boxes(items: Iterable[Any]) -> bool:
    """Whether a good part of the text that liteparse found stands in boxes far taller than letters of their width can be."""
    level = [
        item for item in items if item.rotation == 0 and len(item.text) >= _LEAST_CHARACTERS and item.text.isascii()
    ]
    tall = [item for item in level if item.height * len(item.text) > _TIMES_A_LETTERS_WIDTH * item.width]
    return bool(tall) and sum(len(item.text) for item in tall) >= _LEAST_SHARE * sum(len(item.text) for item in level)


def blocks_of_glyphs(
    glyphs: Sequence[Glyph], native: Sequence[Block], width: float, height: float
) -> tuple[Block, ...]:
    """The blocks that these characters make on a page of that size (points), and the pictures among the given ones."""
    from pagemill.pipeline.formats.pdf.lite import layer_blocks
    from pagemill.pipeline.ocr.text_layer import LayerWord, text_layer

    words = [
        LayerWord("".join(g.text for g in word), box.left, word[0].baseline, box.width, word[0].size, word[0].bold)
        for word in _words(glyphs)
        if (box := box_around(g.box for g in word if g.box)).width > 0
    ]
    found = list(layer_blocks(text_layer(width, height, words)))
    for picture in (block for block in native if block.kind is BlockKind.FIGURE):
        place = next((i for i, block in enumerate(found) if picture.bbox.top < block.bbox.top), len(found))
        found.insert(place, picture)
    return tuple(found)


def _words(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    words: list[list[Glyph]] = [[]]
    for glyph in glyphs:
        if glyph.box is None or glyph.size <= 0:
            words.append([])
            continue
        if words[-1] and not _is_next(words[-1][-1], glyph):
            words.append([])
        words[-1].append(glyph)
    return [word for word in words if word]


def _is_next(before: Glyph, glyph: Glyph) -> bool:
    last, box = before.box or BBox(0, 0, 0, 0), glyph.box or BBox(0, 0, 0, 0)
    return (
        abs(before.baseline - glyph.baseline) <= _SAME_LINE * glyph.size
        and -_WIDEST_GAP * glyph.size < box.left - last.right < _WIDEST_GAP * glyph.size
        and before.bold == glyph.bold
    )
