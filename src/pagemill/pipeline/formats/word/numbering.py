"""Lists: which marker each item carries, counted as Word counts."""

import re
from collections.abc import Iterator

import msgspec
from lxml import etree

from pagemill.pipeline.formats.numerals import written_number
from pagemill.pipeline.formats.open_xml.names import find, is_on, named, value, whole_number

BULLET = "•"
DEEPEST = 8
_PLACE = re.compile(r"%([1-9])")
_FORMATS = {
    "lowerLetter": "a",
    "upperLetter": "A",
    "lowerRoman": "i",
    "upperRoman": "I",
    "decimalZero": "01",
}


class Marker(msgspec.Struct, frozen=True):
    """What stands before an item; `text` is "" where nothing does."""

    text: str
    ordered: bool


class _Level(msgspec.Struct, frozen=True):
    form: str = "decimal"
    text: str = ""
    start: int = 1
    legal: bool = False
    restarts_after: int | None = None


class _List(msgspec.Struct, frozen=True):
    """What a numbering id means: the list that it counts in, and the levels with its own changes."""

    counted_as: str
    levels: dict[int, _Level]
    restarts: dict[int, int]


class Numbering:
    """The lists of a document, and how far each has counted."""

    def __init__(self, root: etree._Element | None) -> None:
        self._abstract = {value(node, "", "w:abstractNumId"): node for node in _all(root, "w:abstractNum")}
        self._nodes = {value(node, "", "w:numId"): node for node in _all(root, "w:num")}
        self._by_style = {value(node, "w:styleLink", "w:val"): node for node in self._abstract.values()}
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()

    def next_marker(self, numbering: str, depth: int) -> Marker | None:
        """Counts an item of this list at this depth (from 0); None if there is no such list."""
        if numbering not in self._nodes:
            return None
        if numbering not in self._lists:
            self._lists[numbering] = self._read(self._nodes[numbering])
        one = self._lists[numbering]
        level = one.levels.get(depth)
        if level is None:
            return None
        counts = self._counts.setdefault(one.counted_as, [None] * (DEEPEST + 1))
        self._count(numbering, one, depth, counts)
        if level.form == "bullet":
            return Marker(BULLET, ordered=False)
        return Marker(_written(level, one, counts), ordered=True) if level.form != "none" else Marker("", ordered=False)

    def _count(self, numbering: str, one: _List, depth: int, counts: list[int | None]) -> None:
        restart = one.restarts.get(depth)
        if restart is not None and (numbering, depth) not in self._begun:
            counts[depth] = restart
        else:
            before = counts[depth]
            counts[depth] = one.levels[depth].start if before is None else before + 1
        self._begun.add((numbering, depth))
        for deeper in range(depth + 1, DEEPEST + 1):
            after = one.levels[deeper].restarts_after if deeper in one.levels else None
            if after is None or depth < after:
                counts[deeper] = None

    def _read(self, node: etree._Element) -> _List:
        identifier = value(node, "w:abstractNumId", "w:val")
        abstract = self._abstract.get(identifier)
        linked = value(abstract, "w:numStyleLink", "w:val")
        if linked and linked in self._by_style:
            abstract = self._by_style[linked]
        levels = dict(_levels(abstract))
        restarts = {}
        for override in _all(node, "w:lvlOverride"):
            depth = whole_number(value(override, "", "w:ilvl"))
            levels.update(_levels(override))
            if find(override, "w:startOverride") is not None:
                restarts[depth] = whole_number(value(override, "w:startOverride", "w:val"), 1)
        return _List(value(abstract, "", "w:abstractNumId"), levels, restarts)


def _all(node: etree._Element | None, name: str) -> Iterator[etree._Element]:
    return node.iterchildren(named(name)) if node is not None else iter(())


def _levels(node: etree._Element | None) -> Iterator[tuple[int, _Level]]:
    for level in _all(node, "w:lvl"):
        after = value(level, "w:lvlRestart", "w:val")
        yield (
            whole_number(value(level, "", "w:ilvl")),
            _Level(
                form=value(level, "w:numFmt", "w:val") or "decimal",
                text=value(level, "w:lvlText", "w:val"),
                start=whole_number(value(level, "w:start", "w:val"), 1),
                legal=is_on(level, "w:isLgl", "w:val"),
                restarts_after=whole_number(after) if after else None,
            ),
        )


def _written(level: _Level, one: _List, counts: list[int | None]) -> str:
    def number(place: re.Match[str]) -> str:
        depth = int(place[1]) - 1
        other = one.levels.get(depth, _Level())
        count = counts[depth]
        form = "1" if level.legal else _FORMATS.get(other.form, "1")
        return written_number(other.start if count is None else count, form)

    return _PLACE.sub(number, level.text).strip()
