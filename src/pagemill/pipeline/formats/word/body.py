"""The body of a Word file, paragraph by paragraph."""

from collections.abc import Callable, Iterator

from lxml import etree

from pagemill.domain.document import Block, BlockKind
from pagemill.pipeline.formats.cells import CellBudget
from pagemill.pipeline.formats.flow import NOWHERE
from pagemill.pipeline.formats.open_xml.drawings import alternative_text, graphic_blocks, picture
from pagemill.pipeline.formats.open_xml.names import ALTERNATES, chosen, find, named, value, whole_number
from pagemill.pipeline.formats.open_xml.package import Package
from pagemill.pipeline.formats.paragraph_roles import Role
from pagemill.pipeline.formats.prose import cell_text, lines, one_line
from pagemill.pipeline.formats.tables import table_text
from pagemill.pipeline.formats.word.notes import Notes
from pagemill.pipeline.formats.word.numbering import BULLET, DEEPEST, Marker, Numbering
from pagemill.pipeline.formats.word.paragraphs import ParagraphText, paragraph_text
from pagemill.pipeline.formats.word.styles import Style, Styles, outline_level
from pagemill.pipeline.formats.word.tables import only_cell, read_table

_NO_MARKER = Marker("", ordered=False)


class Body:
    """Reads the parts of a document in order; lists and notes go on counting from one to the next."""

    def __init__(self, package: Package, part: str, budget: CellBudget) -> None:
        self._package, self._part, self._budget = package, part, budget
        self._styles = Styles(package.root_if_any(package.related(part, "styles")))
        self._numbering = Numbering(package.root_if_any(package.related(part, "numbering")))
        self._notes = Notes(package, part)

    def blocks(self, container: etree._Element | None) -> Iterator[Block]:
        """The blocks in a body, cell, text box, note or content control."""
        for child in container if container is not None else ():
            read = _READERS.get(str(child.tag))
            if read is not None:
                yield from read(self, child)

    def paragraph(self, node: etree._Element) -> Iterator[Block]:
        """A paragraph, then what is anchored in it, then the notes that it refers to."""
        style = self._styles.of(value(node, "w:pPr/w:pStyle", "w:val"))
        said = paragraph_text(node, monospaced_style=style.monospaced)
        marker, depth = self._marker(node, style)
        yield from self._said(node, style, said, marker, depth)
        for drawing in said.drawings:
            yield from self.drawing(drawing)
        for label, note in self._notes.taken():
            text = one_line(" ".join(block.text for block in self.blocks(note)))
            yield Block(BlockKind.FOOTNOTE, text, NOWHERE, marker=label)

    def table(self, node: etree._Element) -> Iterator[Block]:
        """A table and the notes to it; a single cell is only a frame around its content."""
        frame = only_cell(node)
        if frame is not None:
            yield from self.blocks(frame)
            return
        notes: list[Block] = []
        table = read_table(node, lambda cell: self._cell_text(cell, notes))
        self._budget.take_table(table)
        if any(cell.text for cell in table.cells):
            yield Block(BlockKind.TABLE, table_text(table), NOWHERE, table=table)
        yield from notes

    def control(self, node: etree._Element) -> Iterator[Block]:
        """A content control, read as its content."""
        return self.blocks(find(node, "w:sdtContent"))

    def alternates(self, node: etree._Element) -> Iterator[Block]:
        """The same thing for newer and for older programs."""
        return self.blocks(chosen(node))

    def drawing(self, node: etree._Element, alternative: str = "") -> Iterator[Block]:
        """Pictures, charts, and the text in boxes. `alternative` is what is written about the drawing."""
        alternative = alternative_text(find(node, "wp:docPr")) or value(node, "", "alt") or alternative
        for child in node.iterchildren(etree.Element):
            if child.tag == ALTERNATES:
                branch = chosen(child)
                yield from self.drawing(branch, alternative) if branch is not None else ()
            elif child.tag == named("w:txbxContent"):
                yield from self.blocks(child)
            elif child.tag == named("pic:pic"):
                yield picture(alternative_text(find(child, "pic:nvPicPr/pic:cNvPr")) or alternative)
            elif child.tag == named("v:imagedata"):
                yield picture(alternative or one_line(value(child, "", "o:title")))
            else:
                yield from self._graphic(child)
                yield from self.drawing(child, alternative)

    def _graphic(self, node: etree._Element) -> Iterator[Block]:
        for block in graphic_blocks(node, self._package, self._part):
            if block.table is not None:
                self._budget.take_table(block.table)
            yield block

    def _cell_text(self, cell: etree._Element, notes: list[Block]) -> str:
        blocks = list(self.blocks(cell))
        notes.extend(block for block in blocks if block.kind is BlockKind.FOOTNOTE)
        return cell_text(block for block in blocks if block.kind is not BlockKind.FOOTNOTE)

    def _said(
        self, node: etree._Element, style: Style, said: ParagraphText, marker: Marker, depth: int
    ) -> Iterator[Block]:
        if said.formulas:
            yield from (Block(BlockKind.FORMULA, formula, NOWHERE) for formula in said.formulas if formula)
            return
        text = said.text(self._notes.mark)
        level = outline_level(node)
        if style.role is Role.CODE or (style.role is Role.TEXT and said.monospaced and not marker.text):
            yield Block(BlockKind.CODE, text.rstrip(), NOWHERE)
        elif not text.strip():
            return
        elif level or (style.role in (Role.HEADING, Role.TITLE) and level is None):
            yield Block(BlockKind.HEADING, one_line(text), NOWHERE, level or style.level, marker=marker.text)
        elif style.role is Role.CAPTION:
            yield Block(BlockKind.CAPTION, one_line(text), NOWHERE)
        elif marker.text:
            yield Block(BlockKind.LIST_ITEM, lines(text), NOWHERE, depth, ordered=marker.ordered, marker=marker.text)
        else:
            yield Block(BlockKind.PARAGRAPH, lines(text), NOWHERE)

    def _marker(self, node: etree._Element, style: Style) -> tuple[Marker, int]:
        """The paragraph's marker and its depth in the list; empty paragraphs count, too."""
        own = find(node, "w:pPr/w:numPr")
        numbering = value(own, "w:numId", "w:val") or style.numbering
        said = value(own, "w:ilvl", "w:val")
        depth = max(0, min(whole_number(said) if said else style.depth, DEEPEST))
        marker = self._numbering.next_marker(numbering, depth) if numbering else None
        if marker is None and style.role is Role.LIST and not value(own, "w:numId", "w:val"):
            return Marker(BULLET, ordered=False), style.level
        return marker or _NO_MARKER, depth


def _formula(body: Body, node: etree._Element) -> Iterator[Block]:
    """A formula that stands beside the paragraphs."""
    del body
    said = paragraph_text(node, monospaced_style=False)
    return (Block(BlockKind.FORMULA, formula, NOWHERE) for formula in said.formulas if formula)


_READERS: dict[str, Callable[[Body, etree._Element], Iterator[Block]]] = {
    named("w:p"): Body.paragraph,
    named("w:tbl"): Body.table,
    named("w:sdt"): Body.control,
    named("w:customXml"): Body.blocks,
    named("w:ins"): Body.blocks,
    named("w:moveTo"): Body.blocks,
    named("m:oMathPara"): _formula,
    ALTERNATES: Body.alternates,
}
