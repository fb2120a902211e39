"""Captions and footnotes: short text that belongs to something else on the page."""

import re

from pagemill.domain.document import Block, BlockKind, PageContent
from pagemill.pipeline.layout.body import Style

_CAPTION = re.compile(
    r"(?:figures?|fig|tables?|tab|charts?|exhibit|plate|scheme|listing|box|map|abbildung|abb|tabelle|tableau|tabla|figura|图|表|圖|図)"
    r"(?::|\.?\s*(?:[A-Z]\s?[.-]?\s?)?(?:\d+(?:[.\-–]\d+)*|[IVXL]+\b)[a-z]?"
    r"\s*(?:[:.|–—-]|$|(?=[(\[A-Z\u4e00-\u9fff])))",
    re.IGNORECASE,
)
_CAPITAL_AFTER = re.compile(r"[A-Za-z.]+\s*[\w.\-–]+\s+[a-z]")
_FOOTNOTE = re.compile(r"(?:\d{1,2}(?![\d.,]*\d)[.)]?|\d{3}(?=\s)|[*†‡§¶]{1,3}|[¹²³⁴-⁹]+|\[\d{1,3}\])\s*[^\s:;!=,]")
_NUMBER = re.compile(r"(\d{1,3})[.)](?:\s|$)")
_LONGEST_CAPTION = 400
_FOOT_SHARE = 0.6
_SMALLER = 0.92
_TEXT = frozenset({BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.LIST_ITEM})


def is_caption(block: Block) -> bool:
    """Whether the text begins the way captions do: "Table 3: …", "Fig. 2.1 Shares", and is not a sentence about one."""
    if block.kind is BlockKind.CAPTION:
        return True
    if block.kind not in _TEXT or len(block.text) > _LONGEST_CAPTION:
        return False
    return _CAPTION.match(block.text) is not None and _CAPITAL_AFTER.match(block.text) is None


def is_footnote(block: Block, page: PageContent, body: Style) -> bool:
    """Whether the block is small type in the lower part of the page that begins with a mark."""
    if block.kind is BlockKind.FOOTNOTE:
        return True
    if block.kind not in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM) or not page.height or not body.size:
        return False
    small = 0 < block.font_size <= _SMALLER * body.size
    low = block.bbox.top >= _FOOT_SHARE * page.height
    return small and low and _FOOTNOTE.match(f"{block.marker} {block.text}".strip()) is not None


def continues_list(before: Block, block: Block) -> bool:
    """Whether the block carries the number after that of the list item right before it: "6." after "5.", in any type size."""
    if before.kind is not BlockKind.LIST_ITEM or block.kind not in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM):
        return False
    last, this = _number(before), _number(block)
    return last is not None and this is not None and this == last + 1


def _number(block: Block) -> int | None:
    found = _NUMBER.match(f"{block.marker} {block.text}".strip())
    return int(found[1]) if found else None
