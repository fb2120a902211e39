"""What each block is in the document: the one place where the rules meet."""

from collections.abc import Sequence

import msgspec

from pagemill.domain.document import Block, BlockKind, PageContent, SegmentType
from pagemill.pipeline.layout.body import Style, body_style, style_of
from pagemill.pipeline.layout.furniture import Place, find_furniture
from pagemill.pipeline.layout.headings import find_title, heading_levels, is_heading
from pagemill.pipeline.layout.notes import continues_list, is_caption, is_footnote

_BY_KIND = {
    BlockKind.HEADING: SegmentType.TEXT,
    BlockKind.PARAGRAPH: SegmentType.TEXT,
    BlockKind.CODE: SegmentType.TEXT,
    BlockKind.LIST_ITEM: SegmentType.LIST_ITEM,
    BlockKind.TABLE: SegmentType.TABLE,
    BlockKind.FIGURE: SegmentType.PICTURE,
    BlockKind.CAPTION: SegmentType.CAPTION,
    BlockKind.FORMULA: SegmentType.FORMULA,
    BlockKind.FOOTNOTE: SegmentType.FOOTNOTE,
}


class Role(msgspec.Struct, frozen=True):
    """A block's type in the document and, for headings (1-6) and list items (from 0), its level."""

    type: SegmentType
    level: int = 0


def classify(pages: Sequence[PageContent]) -> dict[Place, Role]:
    """The role of every block, by page number and index."""
    furniture = find_furniture(pages, body_style(block for _, block in _placed(pages)))
    body = body_style(block for place, block in _placed(pages) if place not in furniture)
    headings = {
        place: block
        for place, block in _placed(pages)
        if place not in furniture and is_heading(block, body) and not is_caption(block)
    }
    title = find_title(_of_first_page(headings), body)
    levels = heading_levels(block for block in headings.values() if block is not title)
    roles: dict[Place, Role] = {}
    for page in pages:
        for index, block in enumerate(page.blocks):
            place = page.number, index
            if place in furniture:
                roles[place] = Role(furniture[place])
            elif place in headings:
                roles[place] = _heading_role(block, levels, is_title=block is title)
            else:
                roles[place] = _text_role(block, page.blocks[index - 1] if index else None, page, body)
    return _with_settled_lists(roles)


def _with_settled_lists(roles: dict[Place, Role]) -> dict[Place, Role]:
    """List items nested no deeper than one step below the item before them: a reader may see only a part of a list."""
    settled: dict[Place, Role] = {}
    deepest = 0
    for place, role in roles.items():
        if role.type is SegmentType.LIST_ITEM:
            level = min(role.level, deepest)
            settled[place] = Role(role.type, level)
            deepest = level + 1
        else:
            settled[place] = role
            deepest = 0
    return settled


def _placed(pages: Sequence[PageContent]) -> list[tuple[Place, Block]]:
    return [((page.number, index), block) for page in pages for index, block in enumerate(page.blocks)]


def _of_first_page(headings: dict[Place, Block]) -> list[Block]:
    first = min((number for number, _ in headings), default=0)
    return [block for (number, _), block in headings.items() if number == first == 1]


def _heading_role(block: Block, levels: dict[Style, int], *, is_title: bool) -> Role:
    if is_title:
        return Role(SegmentType.TITLE, 1)
    level = levels[style_of(block)] if block.font_size else block.level
    return Role(SegmentType.SECTION_HEADER, max(1, min(level, 6)))


def _text_role(block: Block, before: Block | None, page: PageContent, body: Style) -> Role:
    if is_caption(block):
        return Role(SegmentType.CAPTION)
    if before is not None and continues_list(before, block):
        return Role(SegmentType.LIST_ITEM, before.level)
    if is_footnote(block, page, body):
        return Role(SegmentType.FOOTNOTE)
    kind = _BY_KIND[block.kind]
    return Role(kind, block.level if kind is SegmentType.LIST_ITEM else 0)
