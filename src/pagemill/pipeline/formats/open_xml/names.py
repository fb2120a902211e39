"""The names of Open XML: short prefixes in our code, namespaces in the files."""

from functools import cache

from lxml import etree

_OPEN_XML = "http://schemas.openxmlformats.org"
_NAMESPACES = {
    "a": f"{_OPEN_XML}/drawingml/2006/main",
    "c": f"{_OPEN_XML}/drawingml/2006/chart",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dgm": f"{_OPEN_XML}/drawingml/2006/diagram",
    "m": f"{_OPEN_XML}/officeDocument/2006/math",
    "mc": f"{_OPEN_XML}/markup-compatibility/2006",
    "o": "urn:schemas-microsoft-com:office:office",
    "p": f"{_OPEN_XML}/presentationml/2006/main",
    "pic": f"{_OPEN_XML}/drawingml/2006/picture",
    "r": f"{_OPEN_XML}/officeDocument/2006/relationships",
    "rel": f"{_OPEN_XML}/package/2006/relationships",
    "s": f"{_OPEN_XML}/spreadsheetml/2006/main",
    "v": "urn:schemas-microsoft-com:vml",
    "w": f"{_OPEN_XML}/wordprocessingml/2006/main",
    "wp": f"{_OPEN_XML}/drawingml/2006/wordprocessingDrawing",
    "xdr": f"{_OPEN_XML}/drawingml/2006/spreadsheetDrawing",
}

ALTERNATES = f"{{{_NAMESPACES['mc']}}}AlternateContent"
_CHOICE = f"{{{_NAMESPACES['mc']}}}Choice"
_FALLBACK = f"{{{_NAMESPACES['mc']}}}Fallback"
_OFF = frozenset({"0", "false", "off"})


@cache
def named(name: str) -> str:
    """`w:p` as lxml writes it: `{http://schemas…}p`."""
    prefix, _, local = name.partition(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"


@cache
def path_of(names: str) -> str:
    """`w:pPr/w:pStyle` as a path for `find`."""
    return "/".join(named(name) if ":" in name else name for name in names.split("/"))


def find(node: etree._Element | None, names: str) -> etree._Element | None:
    """The first element at a path like `w:pPr/w:pStyle`, or None."""
    return node.find(path_of(names)) if node is not None else None


def value(node: etree._Element | None, names: str, attribute: str) -> str:
    """An attribute (`w:val`, or `type` without namespace) of the element at a path; "" if either is missing."""
    found = find(node, names) if names else node
    return (found.get(named(attribute) if ":" in attribute else attribute) or "") if found is not None else ""


def is_on(node: etree._Element | None, names: str, attribute: str) -> bool:
    """Whether a switch at a path is there and not switched off."""
    return find(node, names) is not None and value(node, names, attribute) not in _OFF


def chosen(alternates: etree._Element) -> etree._Element | None:
    """Of an `AlternateContent`, the one branch to read: both say the same."""
    choice = alternates.find(_CHOICE)
    return choice if choice is not None else alternates.find(_FALLBACK)


def whole_number(text: str | None, otherwise: int = 0) -> int:
    """The text as a whole number, fractions cut off; what is none, or out of all bounds, is `otherwise`."""
    try:
        number = int(float(text or ""))
    except (ValueError, OverflowError):
        return otherwise
    return number if abs(number) < 2**53 else otherwise
