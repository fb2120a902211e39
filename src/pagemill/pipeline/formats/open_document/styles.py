"""Styles of paragraphs and lists: those of the document, and those that were made on the way."""

import re

import msgspec
from lxml import etree

from pagemill.pipeline.formats.numerals import written_number
from pagemill.pipeline.formats.open_document.names import count, find, named, value
from pagemill.pipeline.formats.paragraph_roles import Role, heading_level, role_of_name

BULLET = "•"
DEEPEST = 10
_ESCAPED = re.compile(r"_([0-9a-f]{1,4})_")
_CAPTIONS = frozenset({"illustration", "table", "drawing", "figure"})
_MOST_ANCESTORS = 20
_NUMBERED = named("text:list-level-style-number")
_LEVELS = tuple(
    map(named, ("text:list-level-style-number", "text:list-level-style-bullet", "text:list-level-style-image"))
)


class ListLevel(msgspec.Struct, frozen=True):
    """How items at a level of a list are marked; neither bulleted nor with a `form` means not at all."""

    bulleted: bool = False
    form: str = ""
    prefix: str = ""
    suffix: str = ""
    start: int = 1
    shown_levels: int = 1

    def written(self, number: int) -> str:
        """The number alone."""
        return written_number(number, self.form)


class Style(msgspec.Struct, frozen=True):
    """What a paragraph style says; `level` is that of a heading that is only called so by its style."""

    role: Role = Role.TEXT
    level: int = 0
    numbered: bool = True


class Styles:
    """The styles of a document."""

    def __init__(self, *roots: etree._Element | None) -> None:
        self._nodes: dict[str, etree._Element] = {}
        self._known: dict[str, Style] = {}
        self._lists: dict[str, dict[int, ListLevel]] = {}
        self.outline: dict[int, ListLevel] = {}
        for root in roots:
            for node in (
                root.iter(named("style:style"), named("text:list-style"), named("text:outline-style"))
                if root is not None
                else ()
            ):
                self._add(node)

    def of(self, name: str) -> Style:
        """The paragraph style of this name."""
        if name not in self._known:
            self._known[name] = self._resolved(name)
        return self._known[name]

    def list_level(self, name: str, level: int) -> ListLevel:
        """How items of a list style are marked at a level (from 0); bulleted if nobody says."""
        return self._lists[name].get(level, ListLevel()) if name in self._lists else ListLevel(bulleted=True)

    def _add(self, node: etree._Element) -> None:
        name = value(node, "style:name")
        if node.tag == named("text:list-style"):
            self._lists[name] = {_level(one): _list_level(one) for one in node if one.tag in _LEVELS}
        elif node.tag == named("text:outline-style"):
            levels = node.iterchildren(named("text:outline-level-style"))
            self.outline = {_level(one): _list_level(one) for one in levels}
        elif value(node, "style:family") == "paragraph":
            self._nodes[name] = node

    def _resolved(self, name: str) -> Style:
        numbered = True
        for _ in range(_MOST_ANCESTORS):
            node = self._nodes.get(name)
            if value(find(node, "style:paragraph-properties"), "text:enable-numbering") == "false":
                numbered = False
            role, level = _role(value(node, "style:display-name") or _ESCAPED.sub(_unescaped, name))
            if role is not None or node is None:
                return Style(role or Role.TEXT, level, numbered)
            name = value(node, "style:parent-style-name")
        return Style(numbered=numbered)


def is_hidden_table(style: etree._Element) -> bool:
    """Whether tables of this style are not shown."""
    return value(find(style, "style:table-properties"), "table:display") == "false"


def _role(name: str) -> tuple[Role | None, int]:
    if name.casefold() in _CAPTIONS:
        return Role.CAPTION, 0
    return role_of_name(name), heading_level(name)


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))


def _level(node: etree._Element) -> int:
    return count(node, "text:level") - 1


def _list_level(node: etree._Element) -> ListLevel:
    form = value(node, "style:num-format")
    return ListLevel(
        bulleted=not form and node.tag not in (_NUMBERED, named("text:outline-level-style")),
        form=form,
        prefix=value(node, "style:num-prefix"),
        suffix=value(node, "style:num-suffix"),
        start=count(node, "text:start-value"),
        shown_levels=min(count(node, "text:display-levels"), DEEPEST),
    )
