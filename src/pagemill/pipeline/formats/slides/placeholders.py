"""Placeholders: a shape on a slide takes its place and its bullets from the layout, and that from the master."""

from collections.abc import Iterator

from lxml import etree

from pagemill.pipeline.formats.open_xml.names import find, named, value
from pagemill.pipeline.formats.open_xml.package import Package
from pagemill.pipeline.formats.slides.placement import transform_of

TITLES = frozenset({"title", "ctrTitle"})
FURNITURE = frozenset({"dt", "ftr", "sldNum", "hdr", "sldImg"})
_ON_MASTER = {"ctrTitle": "title", "subTitle": "body", "obj": "body"}
_SHAPE, _PICTURE = named("p:sp"), named("p:pic")


def placeholder_of(shape: etree._Element) -> etree._Element | None:
    """What says that the shape is a placeholder; None if it is none."""
    for names in ("p:nvSpPr", "p:nvPicPr", "p:nvGraphicFramePr"):
        found = find(shape, f"{names}/p:nvPr/p:ph")
        if found is not None:
            return found
    return None


def kind_of(shape: etree._Element) -> str:
    """The kind of placeholder (`title`, `body`, `sldNum`, …), "" for a shape that is none."""
    found = placeholder_of(shape)
    return found.get("type", "obj") if found is not None else ""


class Ancestors:
    """The layout and the master behind a slide."""

    def __init__(self, package: Package, slide: str) -> None:
        layout = package.related(slide, "slideLayout")
        master = package.related(layout, "slideMaster") if layout else ""
        self._layout = list(_placeholders(package.root_if_any(layout)))
        master_root = package.root_if_any(master)
        self._master = list(_placeholders(master_root))
        self._styles = find(master_root, "p:txStyles")

    def line(self, shape: etree._Element) -> list[etree._Element]:
        """The shape and the placeholders that it takes after, nearest first."""
        own = placeholder_of(shape)
        if own is None:
            return [shape]
        on_layout = _by_index(self._layout, own.get("idx", "0"), own.get("type", "obj"))
        kind = kind_of(on_layout if on_layout is not None else shape)
        on_master = next((one for one in self._master if kind_of(one) == _ON_MASTER.get(kind, kind)), None)
        return [one for one in (shape, on_layout, on_master) if one is not None]

    def transform(self, shape: etree._Element) -> etree._Element | None:
        """Where the shape stands: what itself or the nearest ancestor says."""
        return next((found for one in self.line(shape) if (found := transform_of(one)) is not None), None)

    def list_styles(self, shape: etree._Element) -> list[etree._Element]:
        """What decides on the bullets of a shape's paragraphs, nearest first."""
        line = self.line(shape)
        styles = [style for one in line if (style := find(one, "p:txBody/a:lstStyle")) is not None]
        kind = kind_of(shape)
        if kind and self._styles is not None:
            name = "p:titleStyle" if kind in TITLES else "p:bodyStyle"
            styles += [style for style in [find(self._styles, name)] if style is not None]
        return styles


def _placeholders(root: etree._Element | None) -> Iterator[etree._Element]:
    for shape in root.iter(_SHAPE, _PICTURE) if root is not None else ():
        if placeholder_of(shape) is not None:
            yield shape


def _by_index(shapes: list[etree._Element], index: str, kind: str) -> etree._Element | None:
    same_index = (one for one in shapes if value(placeholder_of(one), "", "idx") in (index, *[""] * (index == "0")))
    same_kind = (one for one in shapes if kind_of(one) == kind)
    if kind in TITLES:
        return next((one for one in shapes if kind_of(one) in TITLES), None)
    return next(same_index, None) if index != "0" else next(same_kind, None)
