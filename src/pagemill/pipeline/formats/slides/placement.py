"""Where shapes stand on their slide, in points."""

import msgspec
from lxml import etree

from pagemill.domain.document import BBox
from pagemill.pipeline.formats.open_xml.names import find, named, whole_number

EMU_A_POINT = 12_700
_TURN = 21_600_000
_QUARTER = _TURN // 4


class Frame(msgspec.Struct, frozen=True):
    """How the coordinates inside a group become those of the slide: `x * scale_x + left`, all in EMU."""

    left: float = 0.0
    top: float = 0.0
    scale_x: float = 1.0
    scale_y: float = 1.0

    def box(self, x: float, y: float, width: float, height: float) -> BBox:
        """A rectangle inside the group as one on the slide, in points."""
        return BBox(
            (self.left + x * self.scale_x) / EMU_A_POINT,
            (self.top + y * self.scale_y) / EMU_A_POINT,
            max(0.0, width * self.scale_x) / EMU_A_POINT,
            max(0.0, height * self.scale_y) / EMU_A_POINT,
        )

    def inside(self, group: etree._Element) -> "Frame":
        """The frame of what lies in a group."""
        transform = find(group, "p:grpSpPr/a:xfrm")
        x, y = _pair(transform, "a:off", "x", "y")
        width, height = _pair(transform, "a:ext", "cx", "cy")
        inner_x, inner_y = _pair(transform, "a:chOff", "x", "y")
        inner_width, inner_height = _pair(transform, "a:chExt", "cx", "cy")
        scale_x = width / inner_width if inner_width and width else 1.0
        scale_y = height / inner_height if inner_height and height else 1.0
        return Frame(
            self.left + (x - inner_x * scale_x) * self.scale_x,
            self.top + (y - inner_y * scale_y) * self.scale_y,
            self.scale_x * scale_x,
            self.scale_y * scale_y,
        )


def box_of(transform: etree._Element, frame: Frame) -> BBox:
    """The box of a shape with this `xfrm`; one that is turned on its side is as wide as it was high."""
    x, y = _pair(transform, "a:off", "x", "y")
    width, height = _pair(transform, "a:ext", "cx", "cy")
    turned = whole_number(transform.get("rot")) % _TURN
    if _QUARTER // 2 <= turned % (2 * _QUARTER) < 3 * _QUARTER // 2:
        x, y = x + (width - height) / 2, y + (height - width) / 2
        width, height = height, width
    return frame.box(x, y, width, height)


def transform_of(shape: etree._Element) -> etree._Element | None:
    """The `xfrm` that a shape itself carries."""
    for path in ("p:spPr/a:xfrm", "p:xfrm", "p:grpSpPr/a:xfrm"):
        found = find(shape, path)
        if found is not None and found.find(named("a:off")) is not None:
            return found
    return None


def _pair(transform: etree._Element | None, name: str, first: str, second: str) -> tuple[float, float]:
    node = find(transform, name)
    return (whole_number(node.get(first)), whole_number(node.get(second))) if node is not None else (0, 0)
