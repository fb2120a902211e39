"""The names of OpenDocument: short prefixes in our code, namespaces in the files; and its lengths."""

import re
from functools import cache

from lxml import etree

_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "draw": f"{_OASIS}:drawing:1.0",
    "fo": f"{_OASIS}:xsl-fo-compatible:1.0",
    "math": "http://www.w3.org/1998/Math/MathML",
    "office": f"{_OASIS}:office:1.0",
    "presentation": f"{_OASIS}:presentation:1.0",
    "style": f"{_OASIS}:style:1.0",
    "svg": f"{_OASIS}:svg-compatible:1.0",
    "table": f"{_OASIS}:table:1.0",
    "text": f"{_OASIS}:text:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
_LENGTH = re.compile(r"(-?\d{1,9}(?:\.\d{1,9})?)\s*(cm|mm|in|pt|pc|px)")
_POINTS = {"cm": 72 / 2.54, "mm": 7.2 / 2.54, "in": 72.0, "pt": 1.0, "pc": 12.0, "px": 0.75}
_MOST_REPEATED = 2**31


@cache
def named(name: str) -> str:
    """`text:p` as lxml writes it: `{urn:oasis…}p`."""
    prefix, _, local = name.partition(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"


@cache
def _path(names: str) -> str:
    return "/".join(map(named, names.split("/")))


def find(node: etree._Element | None, names: str) -> etree._Element | None:
    """The first element at a path like `office:body/office:text`, or None."""
    return node.find(_path(names)) if node is not None else None


def value(node: etree._Element | None, attribute: str) -> str:
    """An attribute, "" if it is missing."""
    return (node.get(named(attribute)) or "") if node is not None else ""


def count(node: etree._Element, attribute: str) -> int:
    """An attribute that counts something: at least 1, and 1 if it is missing or no number."""
    said = node.get(named(attribute)) or ""
    return max(1, min(int(said), _MOST_REPEATED)) if said.isdecimal() and len(said) < 10 else 1


def points(length: str) -> float | None:
    """A length like `2.5cm` in points; None if it is none."""
    match = _LENGTH.fullmatch(length.strip())
    return float(match[1]) * _POINTS[match[2]] if match else None
