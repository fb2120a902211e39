"""The shapes of a slide as blocks."""

from collections.abc import Iterator

from lxml import etree
from msgspec.structs import replace

from pagemill.domain.document import Block, BlockKind
from pagemill.pipeline.formats.cells import CellBudget
from pagemill.pipeline.formats.flow import NOWHERE
from pagemill.pipeline.formats.open_xml.drawings import alternative_text, graphic_blocks, picture
from pagemill.pipeline.formats.open_xml.names import ALTERNATES, chosen, find, named, value
from pagemill.pipeline.formats.open_xml.package import Package
from pagemill.pipeline.formats.prose import one_line
from pagemill.pipeline.formats.slides.items import Item, slide_blocks
from pagemill.pipeline.formats.slides.placeholders import FURNITURE, TITLES, Ancestors, kind_of
from pagemill.pipeline.formats.slides.placement import Frame, box_of
from pagemill.pipeline.formats.slides.tables import slide_table
from pagemill.pipeline.formats.slides.text import Paragraph, paragraphs
from pagemill.pipeline.formats.tables import table_text

_SHAPE, _GROUP, _PICTURE, _GRAPHIC = map(named, ("p:sp", "p:grpSp", "p:pic", "p:graphicFrame"))
_PROPERTIES = tuple(f"p:{name}/p:cNvPr" for name in ("nvSpPr", "nvPicPr", "nvGraphicFramePr", "nvGrpSpPr"))


class SlideShapes:
    """Reads the shapes of one slide."""

    def __init__(self, package: Package, slide: str, heading_level: int, budget: CellBudget) -> None:
        self._package, self._slide, self._budget = package, slide, budget
        self._heading_level = heading_level
        self._ancestors = Ancestors(package, slide)

    def blocks(self, tree: etree._Element | None) -> list[Block]:
        """Title first, then what stands above or to the left."""
        return slide_blocks(list(self._items(tree, Frame())))

    def _items(self, tree: etree._Element | None, frame: Frame) -> Iterator[Item]:
        for child in tree if tree is not None else ():
            if child.tag == ALTERNATES:
                yield from self._items(chosen(child), frame)
            elif not _is_hidden(child) and kind_of(child) not in FURNITURE:
                item = self._group(child, frame) if child.tag == _GROUP else self._item(child, frame)
                if item.blocks:
                    yield item

    def _group(self, group: etree._Element, frame: Frame) -> Item:
        items = list(self._items(group, frame.inside(group)))
        box = NOWHERE
        for item in items:
            box = box.union(item.box) if box.area else item.box
        return Item(box, tuple(slide_blocks(items)))

    def _item(self, shape: etree._Element, frame: Frame) -> Item:
        transform = self._ancestors.transform(shape)
        box = box_of(transform, frame) if transform is not None else NOWHERE
        is_title = kind_of(shape) in TITLES
        blocks = self._title(shape) if is_title else self._content(shape)
        return Item(box, tuple(replace(block, bbox=box) for block in blocks), is_title)

    def _title(self, shape: etree._Element) -> list[Block]:
        text = one_line(" ".join(said.text for said in paragraphs(find(shape, "p:txBody"))))
        return [Block(BlockKind.HEADING, text, NOWHERE, self._heading_level)] if text else []

    def _content(self, shape: etree._Element) -> list[Block]:
        if shape.tag == _SHAPE:
            said = paragraphs(find(shape, "p:txBody"), self._ancestors.list_styles(shape))
            return [_paragraph(one) for one in said]
        if shape.tag == _PICTURE:
            return [picture(_alternative(shape))]
        return self._graphic(shape) if shape.tag == _GRAPHIC else []

    def _graphic(self, frame: etree._Element) -> list[Block]:
        graphic = find(frame, "a:graphic/a:graphicData")
        if graphic is None:
            return []
        table = find(graphic, "a:tbl")
        blocks = [_table(table)] if table is not None else graphic_blocks(graphic, self._package, self._slide)
        for block in blocks:
            if block.table is not None:
                self._budget.take_table(block.table)
        return [block for block in blocks if block.text] or [picture(_alternative(frame))]


def _paragraph(said: Paragraph) -> Block:
    if not said.marker:
        return Block(BlockKind.PARAGRAPH, said.text, NOWHERE)
    return Block(BlockKind.LIST_ITEM, said.text, NOWHERE, said.level, ordered=said.ordered, marker=said.marker)


def _table(node: etree._Element) -> Block:
    table = slide_table(node)
    return Block(BlockKind.TABLE, table_text(table).strip(), NOWHERE, table=table)


def _properties(shape: etree._Element) -> etree._Element | None:
    return next((found for path in _PROPERTIES if (found := find(shape, path)) is not None), None)


def _alternative(shape: etree._Element) -> str:
    return alternative_text(_properties(shape))


def _is_hidden(shape: etree._Element) -> bool:
    return value(_properties(shape), "", "hidden") in ("1", "true")
