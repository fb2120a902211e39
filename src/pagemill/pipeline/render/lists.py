"""Runs of list items as nested HTML lists."""

from collections.abc import Sequence

import msgspec

from pagemill.domain.document import Segment
from pagemill.pipeline.render.escape import html_text
from pagemill.pipeline.render.segment import ordered_item


class _Open(msgspec.Struct):
    level: int
    tag: str


def html_list(items: Sequence[Segment]) -> str:
    """The items as lists within lists by their levels; a list ends where bullets turn into numbers or back."""
    parts: list[str] = []
    stack: list[_Open] = []
    for item in items:
        numbered = ordered_item(item)
        tag = "ol" if numbered else "ul"
        _close_to(item.level, tag, stack, parts)
        if stack and stack[-1].level == item.level:
            parts.append("</li>")
        else:
            parts.append(f'<ol start="{numbered[0]}">' if numbered else "<ul>")
            stack.append(_Open(item.level, tag))
        parts.append(f"<li>{html_text(numbered[1] if numbered else item.text)}")
    _close_to(-1, "", stack, parts)
    return "".join(parts)


def _close_to(level: int, tag: str, stack: list[_Open], parts: list[str]) -> None:
    while stack and (stack[-1].level > level or (stack[-1].level == level and stack[-1].tag != tag)):
        parts.append(f"</li></{stack.pop().tag}>")
