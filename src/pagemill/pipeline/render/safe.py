"""A second wall behind the escaping: whatever HTML leaves the house has only the tags and attributes that it writes."""

import nh3

from pagemill.domain.limits import MEBIBYTE

_HEADINGS = {f"h{level}" for level in range(1, 7)}
_TAGS = {
    "br",
    "code",
    "div",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "span",
    "table",
    "tbody",
    "td",
    "th",
    "tr",
    "ul",
    *_HEADINGS,
}
_SPANS = {"rowspan", "colspan"}
_ATTRIBUTES = {"img": {"alt"}, "ol": {"start"}, "span": {"class"}, "td": _SPANS, "th": _SPANS}
_CLEANER = nh3.Cleaner(tags=_TAGS, attributes=_ATTRIBUTES, link_rel=None)
_MOST_CHARACTERS = MEBIBYTE


def safe_html(html: str) -> str:
    """The HTML without scripts, styles, handlers, links and foreign markup.

    What is longer than a million characters passes as it is: that is a table, whose every cell was escaped, and as a tree it
    would take more memory than a worker has.
    """
    return _CLEANER.clean(html) if len(html) <= _MOST_CHARACTERS else html
