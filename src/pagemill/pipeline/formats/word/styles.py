"""Paragraph styles: what a paragraph is, by its style and the styles that this one is based on."""

import re

import msgspec
from lxml import etree

from pagemill.pipeline.formats.open_xml.names import find, is_on, named, value, whole_number
from pagemill.pipeline.formats.paragraph_roles import Role, heading_level, is_monospaced, role_of_name

_STYLE = named("w:style")
_LIST = re.compile(r"list (bullet|number)\s*([1-9])?", re.IGNORECASE)
_MOST_ANCESTORS = 20
_NO_OUTLINE_LEVEL = 9


class Style(msgspec.Struct, frozen=True):
    """A style with all that it inherits. `level` is that of a heading (from 1) or of a list (from 0).

    `numbering` is the id of the numbering that the style brings along and `depth` the level in it.
    """

    role: Role = Role.TEXT
    level: int = 0
    bulleted: bool = False
    numbering: str = ""
    depth: int = 0
    monospaced: bool = False


class Styles:
    """The styles of a document."""

    def __init__(self, root: etree._Element | None) -> None:
        self._nodes: dict[str, etree._Element] = {}
        self._known: dict[str, Style] = {}
        self._default = ""
        for node in root.iter(_STYLE) if root is not None else ():
            identifier = value(node, "", "w:styleId")
            self._nodes[identifier] = node
            if value(node, "", "w:type") == "paragraph" and value(node, "", "w:default") in ("1", "true", "on"):
                self._default = identifier

    def of(self, identifier: str) -> Style:
        """The style of this id; "" or an unknown one is the default."""
        if identifier not in self._known:
            self._known[identifier] = self._resolved(identifier)
        return self._known[identifier]

    def _resolved(self, identifier: str) -> Style:
        line = self._line(identifier)
        role, level, bulleted = _role(line)
        numbering, depth = _numbering(line)
        fonts = (value(node, "w:rPr/w:rFonts", "w:ascii") for node in line)
        return Style(role, level, bulleted, numbering, depth, is_monospaced(next(filter(None, fonts), "")))

    def _line(self, identifier: str) -> list[etree._Element]:
        """The style and those that it is based on, nearest first."""
        line: list[etree._Element] = []
        node = self._nodes.get(identifier, self._nodes.get(self._default))
        while node is not None and len(line) < _MOST_ANCESTORS:
            line.append(node)
            node = self._nodes.get(value(node, "w:basedOn", "w:val"))
        return line


def outline_level(node: etree._Element) -> int | None:
    """The heading level (from 1) that a paragraph or style itself names; 0 if it names "body text", None if nothing."""
    said = value(node, "w:pPr/w:outlineLvl", "w:val")
    if not said:
        return None
    level = whole_number(said, _NO_OUTLINE_LEVEL)
    return level + 1 if 0 <= level < _NO_OUTLINE_LEVEL else 0


def _role(line: list[etree._Element]) -> tuple[Role, int, bool]:
    """The first style in the line that says something decides. The level is written down, or else part of the name."""
    for node in line:
        name = value(node, "w:name", "w:val").strip()
        level, role, listed = outline_level(node), role_of_name(name), _LIST.match(name)
        if role is not Role.TITLE and level is not None:
            return (Role.HEADING, level, False) if level else (Role.TEXT, 0, False)
        if role is not None:
            return role, heading_level(name), False
        if listed:
            return Role.LIST, int(listed[2] or 1) - 1, listed[1].casefold() == "bullet"
    return Role.TEXT, 0, False


def _numbering(line: list[etree._Element]) -> tuple[str, int]:
    for node in line:
        if is_on(node, "w:pPr/w:numPr/w:numId", "w:val"):
            depth = value(node, "w:pPr/w:numPr/w:ilvl", "w:val")
            return value(node, "w:pPr/w:numPr/w:numId", "w:val"), whole_number(depth)
        if find(node, "w:pPr/w:numPr/w:numId") is not None:
            return "", 0
    return "", 0
