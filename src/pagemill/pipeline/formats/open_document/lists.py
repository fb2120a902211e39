"""Counting list items and headings as OpenDocument numbers them."""

from collections.abc import Callable

import msgspec
from lxml import etree

from pagemill.pipeline.formats.open_document.names import count, value
from pagemill.pipeline.formats.open_document.styles import BULLET, DEEPEST, ListLevel, Styles


class ListPlace(msgspec.Struct, frozen=True):
    """Where in which list a paragraph stands: the list style, and the level from 0."""

    style: str
    level: int


class Counters:
    """How far each list of a document has counted."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._counts: dict[str, list[int]] = {}
        self._outline = [0] * (DEEPEST + 1)

    def enter(self, node: etree._Element, outer: ListPlace | None) -> ListPlace:
        """Begins a list; its numbers start anew unless it says that it continues an earlier one.

        A list within a list of the same style starts anew when the outer one counts, and so does nothing here.
        """
        style = value(node, "text:style-name") or (outer.style if outer else "")
        place = ListPlace(style, min(outer.level + 1, DEEPEST - 1) if outer else 0)
        continues = value(node, "text:continue-numbering") == "true" or bool(value(node, "text:continue-list"))
        counts = self._counts.setdefault(style, [0] * (DEEPEST + 1))
        if not continues and not (outer and outer.style == style):
            counts[place.level :] = [0] * (len(counts) - place.level)
        return place

    def marker(self, place: ListPlace, item: etree._Element) -> tuple[str, bool]:
        """Counts an item; returns its marker ("" for none) and whether it is a number."""
        level = self._styles.list_level(place.style, place.level)
        if level.bulleted:
            return BULLET, False
        counts = self._counts[place.style]
        if value(item, "text:start-value"):
            counts[place.level] = count(item, "text:start-value") - 1
        text = _counted(counts, place.level, lambda index: self._styles.list_level(place.style, index))
        return text, bool(text)

    def outline_marker(self, level: int) -> str:
        """The number of a heading of this level (from 1), "" if headings have none."""
        known = self._styles.outline
        return _counted(self._outline, min(level, DEEPEST) - 1, lambda index: known.get(index, ListLevel()))


def _counted(counts: list[int], level: int, level_at: Callable[[int], ListLevel]) -> str:
    own = level_at(level)
    counts[level] = counts[level] + 1 if counts[level] else own.start
    counts[level + 1 :] = [0] * (len(counts) - level - 1)
    if not own.form:
        return ""
    first = max(0, level + 1 - own.shown_levels)
    shown = [(level_at(index), counts[index]) for index in range(first, level + 1)]
    numbers = [one.written(number or one.start) for one, number in shown if one.form]
    return f"{own.prefix}{'.'.join(numbers)}{own.suffix}".strip()
