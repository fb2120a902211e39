"""An XLSX file as a whole: its sheets, the texts that they share, and how their numbers look."""

from functools import cached_property

import msgspec
from lxml import etree

from pagemill.pipeline.formats.open_xml.names import find, named, value, whole_number
from pagemill.pipeline.formats.open_xml.package import Package
from pagemill.pipeline.formats.sheets.number_formats import BUILT_IN, GENERAL
from pagemill.pipeline.formats.xml import streamed_xml

_ITEM, _RUN, _TEXT = named("s:si"), named("s:r"), named("s:t")


class SheetEntry(msgspec.Struct, frozen=True):
    """A sheet as the workbook lists it; a `kind` other than "worksheet" has no cells."""

    name: str
    kind: str
    part: str


class Workbook:
    """An open workbook. Hidden sheets are left out, unless all are hidden."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.part, root = package.main("s:workbook", "workbook")
        self.since_1904 = value(root, "s:workbookPr", "date1904") in ("1", "true")
        self.sheets = _sheets(root, package, self.part)

    @cached_property
    def strings(self) -> list[str]:
        """The texts that cells name by number."""
        part = self.package.related(self.part, "sharedStrings")
        if not part:
            return []
        what = f"{part} in {self.package.file_name}"
        return [plain_text(item) for item in streamed_xml(self.package.data(part), what, _ITEM)]

    @cached_property
    def formats(self) -> list[str]:
        """The number format of each cell style."""
        root = self.package.root_if_any(self.package.related(self.part, "styles"))
        codes = dict(BUILT_IN)
        for node in root.iter(named("s:numFmt")) if root is not None else ():
            codes[whole_number(node.get("numFmtId"))] = node.get("formatCode") or GENERAL
        styles = find(root, "s:cellXfs")
        return (
            [codes.get(whole_number(style.get("numFmtId")), GENERAL) for style in styles] if styles is not None else []
        )

    def format_of(self, style: str | None) -> str:
        """The number format of a cell with this style."""
        index = whole_number(style)
        return self.formats[index] if 0 <= index < len(self.formats) else GENERAL


def plain_text(item: etree._Element) -> str:
    """A text that may be in parts of different type; what only tells its pronunciation is left out."""
    parts = [child.text or "" for child in item if child.tag == _TEXT]
    parts += [text.text or "" for run in item if run.tag == _RUN for text in run.iterchildren(_TEXT)]
    return "".join(parts).replace("_x000D_", "")


def _sheets(root: etree._Element, package: Package, part: str) -> list[SheetEntry]:
    listed = find(root, "s:sheets")
    nodes = list(listed.iterchildren(named("s:sheet"))) if listed is not None else []
    visible = [node for node in nodes if node.get("state", "visible") == "visible"] or nodes
    relationships = package.relationships(part)
    entries = []
    for node in visible:
        points_to = relationships.get(value(node, "", "r:id"))
        kind, target = (points_to.kind, points_to.target) if points_to else ("", "")
        entries.append(SheetEntry(node.get("name") or "", kind, target))
    return entries
