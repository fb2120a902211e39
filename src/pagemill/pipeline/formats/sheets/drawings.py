"""What floats above the cells of a sheet: pictures, charts and text boxes."""

from collections.abc import Iterator

from lxml import etree

from pagemill.domain.document import Block, BlockKind, SheetPart
from pagemill.pipeline.formats.flow import NOWHERE
from pagemill.pipeline.formats.open_xml.charts import chart_title
from pagemill.pipeline.formats.open_xml.drawings import alternative_text, drawn_text
from pagemill.pipeline.formats.open_xml.names import find, named, value, whole_number
from pagemill.pipeline.formats.open_xml.package import Package
from pagemill.pipeline.formats.sheets.grid import MOST_COLUMNS, MOST_ROWS, Area

_PICTURE, _FRAME, _SHAPE = named("xdr:pic"), named("xdr:graphicFrame"), named("xdr:sp")

_NOWHERE = Area(MOST_ROWS, 0, MOST_ROWS, 0)


def drawn_blocks(package: Package, sheet_part: str, sheet_name: str) -> Iterator[Block]:
    """The drawings of a sheet; of a chart only its title, since the cells have its data."""
    part = package.related(sheet_part, "drawing")
    root = package.root_if_any(part)
    placed = [(_place(anchor), anchor) for anchor in root] if root is not None else []
    for area, anchor in sorted(placed, key=lambda one: one[0] or _NOWHERE):
        place = SheetPart(sheet_name, str(area) if area else "", ())
        for node in anchor.iter(_PICTURE, _FRAME, _SHAPE):
            yield from _blocks(node, package, part, place)


def _blocks(node: etree._Element, package: Package, part: str, place: SheetPart) -> Iterator[Block]:
    if node.tag == _PICTURE:
        text = alternative_text(find(node, "xdr:nvPicPr/xdr:cNvPr"))
        yield Block(BlockKind.FIGURE, text, NOWHERE, sheet=place)
    elif node.tag == _FRAME:
        target = package.target(part, value(node, "a:graphic/a:graphicData/c:chart", "r:id"))
        title = chart_title(package.root(target)) if target else ""
        text = title or alternative_text(find(node, "xdr:nvGraphicFramePr/xdr:cNvPr"))
        yield Block(BlockKind.FIGURE, text, NOWHERE, sheet=place)
    elif text := drawn_text(node):
        yield Block(BlockKind.PARAGRAPH, text, NOWHERE, sheet=place)


def _place(anchor: etree._Element) -> Area | None:
    """The cell at the drawing's top left, None if it has none."""
    start = find(anchor, "xdr:from")
    if start is None:
        return None
    row, column = (whole_number(start.findtext(named(name)), -1) for name in ("xdr:row", "xdr:col"))
    return Area(row, column, row, column) if 0 <= row < MOST_ROWS and 0 <= column < MOST_COLUMNS else None
