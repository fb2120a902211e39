"""The text of a paragraph, and what is anchored in it."""

import re

import msgspec
from lxml import etree

from pagemill.pipeline.formats.open_document.names import count, named

_SPACES = re.compile(r"[ \t\r\n]+")
_SPACE, _TAB, _BREAK = named("text:s"), named("text:tab"), named("text:line-break")
_NOTE, _RUBY = named("text:note"), named("text:ruby-text")
_LEFT_OUT = frozenset(
    {_RUBY, named("office:annotation"), named("office:annotation-end"), named("text:tracked-changes")}
)
_MOST_SPACES = 1000
_DRAWING = named("draw:")


class ParagraphText(msgspec.Struct, frozen=True):
    """What a paragraph says piece by piece (texts and notes), and the drawings in it."""

    parts: tuple[str | etree._Element, ...]
    drawings: tuple[etree._Element, ...]


def paragraph_text(paragraph: etree._Element) -> ParagraphText:
    """The paragraph without comments and what was deleted."""
    parts: list[str | etree._Element] = []
    drawings: list[etree._Element] = []
    _read(paragraph, parts, drawings)
    return ParagraphText(tuple(parts), tuple(drawings))


def _read(node: etree._Element, parts: list[str | etree._Element], drawings: list[etree._Element]) -> None:
    parts.append(_SPACES.sub(" ", node.text or ""))
    for child in node.iterchildren(etree.Element):
        tag = str(child.tag)
        if tag == _SPACE:
            parts.append(" " * min(count(child, "text:c"), _MOST_SPACES))
        elif tag == _TAB:
            parts.append("\t")
        elif tag == _BREAK:
            parts.append("\n")
        elif tag == _NOTE:
            parts.append(child)
        elif tag.startswith(_DRAWING):
            drawings.append(child)
        elif tag not in _LEFT_OUT:
            _read(child, parts, drawings)
        parts.append(_SPACES.sub(" ", child.tail or ""))


def plain_text(paragraph: etree._Element) -> str:
    """The paragraph's text alone."""
    return "".join(part for part in paragraph_text(paragraph).parts if isinstance(part, str))
