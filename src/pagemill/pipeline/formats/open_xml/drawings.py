"""What drawings say: pictures, charts and diagrams."""

import re
from collections.abc import Iterator

from lxml import etree

from pagemill.domain.document import Block, BlockKind
from pagemill.pipeline.formats.flow import NOWHERE
from pagemill.pipeline.formats.open_xml.charts import chart_blocks
from pagemill.pipeline.formats.open_xml.names import find, named, value
from pagemill.pipeline.formats.open_xml.package import Package
from pagemill.pipeline.formats.prose import lines, one_line

_FILE_NAME = re.compile(r"\S*\.(?:png|jpe?g|gif|bmp|tiff?|svg|[ew]mf|webp)", re.IGNORECASE)
_POINTS_WITHOUT_TEXT = frozenset({"doc", "pres", "parTrans", "sibTrans"})


def alternative_text(properties: etree._Element | None) -> str:
    """What an author wrote about a picture, from its properties; the name of its file does not count."""
    said = one_line(value(properties, "", "descr") or value(properties, "", "title"))
    return "" if _FILE_NAME.fullmatch(said) else said


def picture(text: str) -> Block:
    """A picture, by what is written about it."""
    return Block(BlockKind.FIGURE, text, NOWHERE)


def graphic_blocks(graphic: etree._Element, package: Package, part: str) -> list[Block]:
    """A chart as a table, or a diagram as a list; nothing for any other graphic, or one whose data is gone."""
    chart, diagram = find(graphic, "c:chart"), find(graphic, "dgm:relIds")
    if chart is not None:
        target = package.target(part, value(chart, "", "r:id"))
        return chart_blocks(package.root(target)) if target else []
    target = package.target(part, value(diagram, "", "r:dm")) if diagram is not None else ""
    return list(_diagram_items(package.root(target))) if target else []


def drawn_text(node: etree._Element) -> str:
    """The text of a shape, a line for each of its paragraphs."""
    paragraphs = ("".join(piece.text or "" for piece in one.iter(named("a:t"))) for one in node.iter(named("a:p")))
    return lines("\n".join(paragraphs))


def _diagram_items(diagram: etree._Element) -> Iterator[Block]:
    for point in diagram.iter(named("dgm:pt")):
        body = find(point, "dgm:t")
        if body is None or point.get("type", "node") in _POINTS_WITHOUT_TEXT:
            continue
        text = one_line(drawn_text(body))
        if text:
            yield Block(BlockKind.LIST_ITEM, text, NOWHERE, marker="•")
