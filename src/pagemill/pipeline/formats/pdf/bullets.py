"""Bullets of symbol fonts: signs that mean nothing as characters, but begin one paragraph of a page after another."""

import unicodedata
from collections import Counter
from collections.abc import Iterable

from msgspec.structs import replace

from pagemill.domain.document import Block, BlockKind
from pagemill.pipeline.formats.pdf.glued import whole

_LEAST_ITEMS = 3
_BULLET = "•"
_SAME_SIZE = 0.1
_MOST_GAP = 0.9  # of the type's size
_OWN_USE = "Co"  # private use: no font but the file's own knows the sign
_SIGNS = frozenset({"So", "Po", _OWN_USE})
_MEANT = frozenset("*†‡§¶#&%@!?.,:;'\"/\\¿¡…")


def with_bullets(blocks: Iterable[Block]) -> list[Block]:
    """The blocks; paragraphs that begin with the same sign at least three times on the page are list items.

    What goes on right below any list item with a small letter belongs to it.
    """
    page = list(blocks)
    counts = Counter(sign for block in page if (sign := _sign(block)))
    found: list[Block] = []
    for block in page:
        if found and found[-1].kind is BlockKind.LIST_ITEM and _continues(found[-1], block):
            found[-1] = whole(found[-1], block)
        else:
            found.append(_item(block) if counts[_sign(block)] >= _LEAST_ITEMS else block)
    return found


def _continues(item: Block, block: Block) -> bool:
    gap = block.bbox.top - item.bbox.bottom
    near = -block.font_size < gap < _MOST_GAP * block.font_size and item.bbox.left <= block.bbox.left < item.bbox.right
    alike = abs(item.font_size - block.font_size) <= _SAME_SIZE * item.font_size
    open_ended = block.text[:1].islower() and not item.text.endswith((".", "!", "?", ":"))
    return block.kind is BlockKind.PARAGRAPH and alike and open_ended and near


def _sign(block: Block) -> str:
    """The sign that stands alone at the beginning of the paragraph, "" if there is none."""
    first, space, rest = block.text.partition(" ")
    if block.kind is not BlockKind.PARAGRAPH or len(first) != 1 or not space or not rest or first in _MEANT:
        return ""
    return first if unicodedata.category(first) in _SIGNS else ""


def _item(block: Block) -> Block:
    return replace(block, kind=BlockKind.LIST_ITEM, marker=_BULLET, text=block.text[1:].lstrip())
