"""The text of a paragraph, and what is anchored in it."""

from collections.abc import Callable

import msgspec
from lxml import etree

from pagemill.pipeline.formats.open_xml.formulas import latex
from pagemill.pipeline.formats.open_xml.names import ALTERNATES, chosen, find, is_on, named, value
from pagemill.pipeline.formats.paragraph_roles import is_monospaced

_SIGNS = {"w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}
_SYMBOLS = {"F0B7": "•", "F0A7": "▪", "F0E0": "→", "F0DF": "←", "F0FC": "✓", "F0FB": "✗", "F0A8": "☐", "F0FE": "☑"}


class Formula(msgspec.Struct, frozen=True):
    """A formula in LaTeX."""

    latex: str


class NoteReference(msgspec.Struct, frozen=True):
    """Where a text refers to a note: `kind` is "footnote" or "endnote"."""

    kind: str
    identifier: str


class ParagraphText(msgspec.Struct, frozen=True):
    """What a paragraph says, piece by piece, the drawings in it, and whether all its letters are as wide as code's."""

    parts: tuple[str | Formula | NoteReference, ...]
    drawings: tuple[etree._Element, ...]
    monospaced: bool

    @property
    def formulas(self) -> list[str]:
        """The formulas, if there is nothing but formulas."""
        formulas = [part.latex for part in self.parts if isinstance(part, Formula)]
        others = [part for part in self.parts if not isinstance(part, Formula)]
        return formulas if all(isinstance(part, str) and not part.strip(" \n\t.,;") for part in others) else []

    def text(self, mark: Callable[[NoteReference], str]) -> str:
        """All of it; `mark` says how a note is called in the text."""
        return "".join(self._written(part, mark) for part in self.parts)

    def _written(self, part: str | Formula | NoteReference, mark: Callable[[NoteReference], str]) -> str:
        if isinstance(part, Formula):
            return f"${part.latex}$" if part.latex else ""
        return mark(part) if isinstance(part, NoteReference) else part


def paragraph_text(paragraph: etree._Element, *, monospaced_style: bool) -> ParagraphText:
    """The paragraph without what was deleted or is hidden; insertions count."""
    reading = _Reading(monospaced_style)
    reading.read(paragraph)
    return ParagraphText(tuple(reading.parts), tuple(reading.drawings), reading.monospaced > 0 == reading.proportional)


class _Reading:
    """Collects the pieces of a paragraph."""

    def __init__(self, monospaced_style: bool) -> None:
        self.parts: list[str | Formula | NoteReference] = []
        self.drawings: list[etree._Element] = []
        self.monospaced = 0
        self.proportional = 0
        self._monospaced_style = monospaced_style

    def read(self, node: etree._Element | None) -> None:
        """Reads what stands in an element: all of it but what nobody knows."""
        for child in node if node is not None else ():
            handle = _HANDLERS.get(str(child.tag))
            if handle is not None:
                handle(self, child)

    def run(self, run: etree._Element) -> None:
        """A stretch of text in one type; hidden text does not count."""
        if is_on(run, "w:rPr/w:vanish", "w:val"):
            return
        before = len(self.parts)
        self.read(run)
        said = sum(len(part.strip()) for part in self.parts[before:] if isinstance(part, str))
        font = value(run, "w:rPr/w:rFonts", "w:ascii")
        if is_monospaced(font) or (not font and self._monospaced_style):
            self.monospaced += said
        else:
            self.proportional += said

    def words(self, text: etree._Element) -> None:
        """Characters."""
        self.parts.append(text.text or "")

    def sign(self, node: etree._Element) -> None:
        """A character that is an element."""
        self.parts.append(_SIGN_OF[str(node.tag)])

    def symbol(self, node: etree._Element) -> None:
        """A character of a symbol font."""
        self.parts.append(_SYMBOLS.get(value(node, "", "w:char").upper(), ""))

    def formula(self, node: etree._Element) -> None:
        """A formula between the words, or one of a paragraph of formulas."""
        self.parts.append(Formula(latex(node)))

    def footnote(self, node: etree._Element) -> None:
        """A reference to a footnote."""
        self.parts.append(NoteReference("footnote", value(node, "", "w:id")))

    def endnote(self, node: etree._Element) -> None:
        """A reference to an endnote."""
        self.parts.append(NoteReference("endnote", value(node, "", "w:id")))

    def drawing(self, node: etree._Element) -> None:
        """A picture, a text box or a chart."""
        self.drawings.append(node)

    def alternates(self, node: etree._Element) -> None:
        """The same thing for newer and for older programs."""
        self.read(chosen(node))

    def control(self, node: etree._Element) -> None:
        """A form field."""
        self.read(find(node, "w:sdtContent"))

    def ruby(self, node: etree._Element) -> None:
        """Characters with their pronunciation above, which is left out."""
        self.read(find(node, "w:rubyBase"))


_SIGN_OF = {named(name): sign for name, sign in _SIGNS.items()}
_BY_NAME: dict[str, Callable[[_Reading, etree._Element], None]] = {
    "w:r": _Reading.run,
    "w:t": _Reading.words,
    "w:sym": _Reading.symbol,
    "w:sdt": _Reading.control,
    "w:ruby": _Reading.ruby,
    "w:footnoteReference": _Reading.footnote,
    "w:endnoteReference": _Reading.endnote,
    "m:oMath": _Reading.formula,
    "m:oMathPara": _Reading.read,
    **dict.fromkeys(_SIGNS, _Reading.sign),
    **dict.fromkeys(("w:drawing", "w:pict", "w:object"), _Reading.drawing),
    **dict.fromkeys(
        ("w:hyperlink", "w:ins", "w:moveTo", "w:smartTag", "w:customXml", "w:fldSimple", "w:bdo", "w:dir"),
        _Reading.read,
    ),
}
_HANDLERS = {named(name): handle for name, handle in _BY_NAME.items()} | {ALTERNATES: _Reading.alternates}
