"""ODP files."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from lxml import etree
from msgspec.structs import replace

from pagemill.domain.document import BBox, Block, BlockKind, PageContent, TextSource
from pagemill.domain.limits import Limits
from pagemill.pipeline.formats.cells import CellBudget
from pagemill.pipeline.formats.flow import NOWHERE
from pagemill.pipeline.formats.native import NativeReader, OpenFile
from pagemill.pipeline.formats.open_document.body import Body
from pagemill.pipeline.formats.open_document.names import find, named, points, value
from pagemill.pipeline.formats.open_document.package import OpenDocument, opened_document
from pagemill.pipeline.formats.prose import one_line
from pagemill.pipeline.formats.slides.items import SPEAKER_NOTES, Item, slide_blocks
from pagemill.pipeline.source import Source

_FURNITURE = frozenset({"date-time", "footer", "page-number", "header", "page"})
_TRANSLATION = re.compile(r"translate\s*\(\s*([^\s,)]+)[\s,]+([^\s,)]+)\s*\)")


class OpenSlidesReader(NativeReader):
    """Reads ODP files: a page a slide; slide numbers, dates and footers are left out."""

    @contextmanager
    def opened(self, source: Source, limits: Limits) -> Iterator[OpenFile]:
        """The file, open. Raises `DocumentError`."""
        with opened_document(source, limits) as document:
            yield _Slides(document)


class _Slides:
    def __init__(self, document: OpenDocument) -> None:
        self._document = document
        self._root = document.root()
        body = document.body(self._root, "office:presentation")
        self._pages = list(body.iterchildren(named("draw:page")))
        self._sizes = _page_sizes(document.root_if_any("styles.xml"))
        self.page_count = len(self._pages)
        self.title = document.title

    def page(self, number: int, budget: CellBudget) -> PageContent:
        page = self._pages[number - 1]
        body = Body(self._document, self._root, budget, in_slides=True)
        level = 1 if number == 1 else 2
        items = [item for shape in page if (item := _item(shape, body, level)) is not None]
        blocks = slide_blocks(items) + _notes(page, body)
        width, height = self._sizes.get(value(page, "draw:master-page-name"), (0.0, 0.0))
        source = TextSource.NATIVE if any(block.text for block in blocks) else TextSource.NONE
        return PageContent(number, width, height, source, tuple(blocks))


def _item(shape: etree._Element, body: Body, level: int) -> Item | None:
    kind = value(shape, "presentation:class")
    if kind in _FURNITURE or shape.tag == named("presentation:notes"):
        return None
    blocks = list(body.shape(shape))
    box = _box(shape)
    if kind == "title" and blocks:
        text = one_line(" ".join(block.text for block in blocks))
        blocks = [Block(BlockKind.HEADING, text, NOWHERE, level)] if text else []
    return Item(box, tuple(replace(block, bbox=box) for block in blocks), kind == "title") if blocks else None


def _notes(page: etree._Element, body: Body) -> list[Block]:
    notes = find(page, "presentation:notes")
    frames = notes.iterchildren(named("draw:frame")) if notes is not None else ()
    texts = [block.text for frame in frames for block in body.shape(frame) if block.kind is not BlockKind.FIGURE]
    text = "\n".join(filter(None, texts))
    return [Block(BlockKind.PARAGRAPH, f"{SPEAKER_NOTES} {text}", NOWHERE)] if text else []


def _box(shape: etree._Element) -> BBox:
    """Where a shape stands; a group is as large as what is in it."""
    if shape.tag == named("draw:g"):
        boxes = [box for child in shape if (box := _box(child)).area]
        return _around(boxes)
    moved = _TRANSLATION.search(value(shape, "draw:transform"))
    left = points(moved[1] if moved else value(shape, "svg:x"))
    top = points(moved[2] if moved else value(shape, "svg:y"))
    width, height = points(value(shape, "svg:width")), points(value(shape, "svg:height"))
    return BBox(left or 0.0, top or 0.0, max(0.0, width or 0.0), max(0.0, height or 0.0))


def _around(boxes: list[BBox]) -> BBox:
    whole = boxes[0] if boxes else NOWHERE
    for box in boxes[1:]:
        whole = whole.union(box)
    return whole


def _page_sizes(styles: etree._Element | None) -> dict[str, tuple[float, float]]:
    """Width and height in points by the name of the master page."""
    if styles is None:
        return {}
    layouts = {}
    for layout in styles.iter(named("style:page-layout")):
        properties = find(layout, "style:page-layout-properties")
        width, height = points(value(properties, "fo:page-width")), points(value(properties, "fo:page-height"))
        layouts[value(layout, "style:name")] = (width or 0.0, height or 0.0)
    masters = styles.iter(named("style:master-page"))
    return {value(one, "style:name"): layouts.get(value(one, "style:page-layout-name"), (0.0, 0.0)) for one in masters}
