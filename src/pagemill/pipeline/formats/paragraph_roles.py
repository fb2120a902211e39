"""What a paragraph is by the name of its style, in every word processor."""

import re
from enum import Enum, auto

_HEADING = re.compile(
    r"(?:heading|überschrift|titre|título|titolo|kop|rubrik|overskrift|otsikko|nagłówek|nadpis|заголовок|标题|標題|見出し|제목)"
    r"\s*([1-9])",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?:source |program |html )?(?:code|preformatted|listing)(?: (?:block|text))?|preformatted text|macro(?: text)?|verbatim",
    re.IGNORECASE,
)
_MONOSPACED = re.compile(
    r"courier|consolas|menlo|monaco|lucida console|.*\bmono\b|source code pro|fira code|andale", re.IGNORECASE
)


class Role(Enum):
    """What the paragraphs of a style are."""

    TEXT = auto()
    TITLE = auto()
    HEADING = auto()
    CAPTION = auto()
    CODE = auto()
    LIST = auto()


def role_of_name(name: str) -> Role | None:
    """What the name says, None if nothing."""
    if name.casefold() in _NAMES:
        return _NAMES[name.casefold()]
    if _HEADING.fullmatch(name):
        return Role.HEADING
    return Role.CODE if _CODE.fullmatch(name) else None


def heading_level(name: str) -> int:
    """The level (from 1) in the name of a heading style, 0 for any other."""
    match = _HEADING.fullmatch(name)
    return int(match[1]) if match else 0


def is_monospaced(font: str) -> bool:
    """Whether letters of the font are all as wide, as those of code."""
    return _MONOSPACED.match(font) is not None


_NAMES = {"title": Role.TITLE, "caption": Role.CAPTION}
