"""The type in which the document's body is set: the measure for headings, footnotes and captions."""

from collections.abc import Iterable

import msgspec

from pagemill.domain.document import Block, BlockKind

_NOT_BODY = frozenset({BlockKind.TABLE, BlockKind.FIGURE, BlockKind.CODE, BlockKind.FORMULA})


LARGER = 1.12
"""How many times the body's size is clearly larger than it."""


class Style(msgspec.Struct, frozen=True, order=True):
    """A type: size in points (0 if the file has none), and whether it is bold."""

    size: float
    bold: bool = False


def style_of(block: Block) -> Style:
    """The block's type, its size in steps of half a point, so that rounding parts no headings of one level."""
    return Style(round(block.font_size * 2) / 2, block.bold)


def body_style(blocks: Iterable[Block]) -> Style:
    """The type that most characters outside tables are set in, over the whole document; size 0 without any."""
    characters: dict[Style, int] = {}
    for block in blocks:
        if block.font_size and block.kind not in _NOT_BODY:
            style = style_of(block)
            characters[style] = characters.get(style, 0) + len(block.text)
    return max(characters, key=lambda style: (characters[style], -style.size, not style.bold), default=Style(0.0))
