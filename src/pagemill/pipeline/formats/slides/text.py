"""The paragraphs of a shape: which are list items, and of which level."""

from collections.abc import Iterable, Iterator

import msgspec
from lxml import etree

from pagemill.pipeline.formats.numerals import written_number
from pagemill.pipeline.formats.open_xml.formulas import latex
from pagemill.pipeline.formats.open_xml.names import find, named, whole_number
from pagemill.pipeline.formats.prose import lines

_BULLETS = tuple(map(named, ("a:buNone", "a:buChar", "a:buAutoNum", "a:buBlip")))
_NONE, _NUMBERED = named("a:buNone"), named("a:buAutoNum")
_RUNS = frozenset(map(named, ("a:r", "a:fld")))
_BREAK, _FORMULA = named("a:br"), named("m:oMath")
_DEEPEST = 8


class Paragraph(msgspec.Struct, frozen=True):
    """A paragraph; `marker` is "" for one that is no list item."""

    text: str
    level: int = 0
    marker: str = ""
    ordered: bool = False


def paragraphs(body: etree._Element | None, list_styles: Iterable[etree._Element] = ()) -> Iterator[Paragraph]:
    """The paragraphs of a text body that say something. `list_styles` decide on bullets, nearest first."""
    styles = list(list_styles)
    counts: dict[int, int] = {}
    for node in body.iterchildren(named("a:p")) if body is not None else ():
        text = lines(_text(node))
        if not text:
            continue
        properties = find(node, "a:pPr")
        level = min(max(0, whole_number(properties.get("lvl") if properties is not None else "0")), _DEEPEST)
        bullet = _bullet(properties, styles, level)
        for deeper in [known for known in counts if known > level or (known == level and not _is_numbered(bullet))]:
            del counts[deeper]
        if bullet is None or bullet.tag == _NONE:
            yield Paragraph(text)
        elif _is_numbered(bullet):
            counts[level] = counts.get(level, whole_number(bullet.get("startAt"), 1) - 1) + 1
            yield Paragraph(text, level, _numbered(counts[level], bullet.get("type", "arabicPeriod")), ordered=True)
        else:
            yield Paragraph(text, level, "•")


def _is_numbered(bullet: etree._Element | None) -> bool:
    return bullet is not None and bullet.tag == _NUMBERED


def _text(paragraph: etree._Element) -> str:
    parts: list[str] = []
    for child in paragraph.iterchildren(etree.Element):
        if child.tag in _RUNS:
            parts.append(child.findtext(named("a:t")) or "")
        elif child.tag == _BREAK:
            parts.append("\n")
        else:
            parts.extend(f"${latex(formula)}$" for formula in child.iter(_FORMULA))
    return "".join(parts).replace("\v", "\n").replace("_x000B_", "\n")


def _bullet(properties: etree._Element | None, styles: list[etree._Element], level: int) -> etree._Element | None:
    inherited = (find(style, f"a:lvl{level + 1}pPr") for style in styles)
    for node in (properties, *inherited):
        found = next((child for child in node if child.tag in _BULLETS), None) if node is not None else None
        if found is not None:
            return found
    return None


def _numbered(number: int, form: str) -> str:
    letters = {"alphaLc": "a", "alphaUc": "A", "romanLc": "i", "romanUc": "I"}
    written = written_number(number, next((sample for name, sample in letters.items() if form.startswith(name)), "1"))
    if form.endswith("ParenBoth"):
        return f"({written})"
    return f"{written})" if form.endswith("ParenR") else f"{written}."
