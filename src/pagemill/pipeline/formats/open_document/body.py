"""The body of a text document, or of a text box on a slide, paragraph by paragraph."""

from collections.abc import Callable, Iterator

from lxml import etree
from msgspec.structs import replace

from pagemill.domain.document import Block, BlockKind
from pagemill.pipeline.formats.cells import CellBudget
from pagemill.pipeline.formats.flow import NOWHERE
from pagemill.pipeline.formats.open_document.lists import Counters, ListPlace
from pagemill.pipeline.formats.open_document.names import count, find, named, value
from pagemill.pipeline.formats.open_document.package import OpenDocument
from pagemill.pipeline.formats.open_document.styles import Styles
from pagemill.pipeline.formats.open_document.tables import read_table
from pagemill.pipeline.formats.open_document.text import paragraph_text
from pagemill.pipeline.formats.paragraph_roles import Role
from pagemill.pipeline.formats.prose import cell_text, lines, one_line
from pagemill.pipeline.formats.tables import table_text

_LIST = named("text:list")
_PARAGRAPH, _HEADING = named("text:p"), named("text:h")
_PASSED_THROUGH = (
    "text:section", "text:index-body", "text:index-title", "text:table-of-content", "text:illustration-index",
    "text:table-index", "text:alphabetical-index", "text:bibliography", "text:user-index", "text:object-index",
    "draw:text-box", "draw:a", "draw:g",
)  # fmt: skip
_SHAPES = ("draw:custom-shape", "draw:rect", "draw:ellipse", "draw:circle", "draw:polygon", "draw:path", "draw:line")


class Body:
    """Reads the parts of a document in order; lists and notes go on counting from one to the next."""

    def __init__(
        self, document: OpenDocument, content: etree._Element, budget: CellBudget, *, in_slides: bool = False
    ) -> None:
        self._document, self._budget, self._in_slides = document, budget, in_slides
        self._styles = Styles(document.root_if_any("styles.xml"), content)
        self._counters = Counters(self._styles)
        self._notes = 0

    def blocks(self, container: etree._Element) -> Iterator[Block]:
        """The blocks in a body, section, cell, text box or note; nothing of what is hidden."""
        if value(container, "text:display") == "none":
            return
        for child in container:
            read = _READERS.get(str(child.tag))
            if read is not None:
                yield from read(self, child)

    def shape(self, node: etree._Element) -> Iterator[Block]:
        """What a shape on a slide says."""
        return _READERS.get(str(node.tag), _nothing)(self, node)

    def paragraph(
        self, node: etree._Element, marker: str = "", ordered: bool = False, level: int = 0
    ) -> Iterator[Block]:
        """A paragraph or heading, then what is anchored in it, then its notes."""
        style = self._styles.of(value(node, "text:style-name"))
        said = paragraph_text(node)
        notes = [part for part in said.parts if not isinstance(part, str)]
        text = "".join(part if isinstance(part, str) else self._mark() for part in said.parts)
        first_note = self._notes - len(notes) + 1
        if node.tag == _HEADING or style.role in (Role.TITLE, Role.HEADING):
            yield from self._heading(node, one_line(text), style.level if style.role is not Role.TITLE else 0)
        elif style.role is Role.CODE:
            yield Block(BlockKind.CODE, text.rstrip(), NOWHERE)
        elif style.role is Role.CAPTION and text.strip():
            yield Block(BlockKind.CAPTION, one_line(text), NOWHERE)
        elif text.strip() and marker and style.numbered:
            yield Block(BlockKind.LIST_ITEM, lines(text), NOWHERE, level, ordered=ordered, marker=marker)
        elif text.strip():
            yield Block(BlockKind.PARAGRAPH, lines(text), NOWHERE)
        for drawing in said.drawings:
            yield from self.shape(drawing)
        for label, note in enumerate(notes, start=first_note):
            yield self._note(note, str(label))

    def items(self, node: etree._Element, outer: ListPlace | None = None) -> Iterator[Block]:
        """A list: the first paragraph of an item carries its marker, the others none."""
        place = self._counters.enter(node, outer)
        for item in node.iterchildren(named("text:list-item"), named("text:list-header")):
            waiting = item.tag == named("text:list-item")
            for child in item:
                if child.tag == _LIST:
                    yield from self.items(child, place)
                elif child.tag in (_PARAGRAPH, _HEADING) and waiting:
                    marker, ordered = self._counters.marker(place, item)
                    yield from self.paragraph(child, marker, ordered, place.level)
                    waiting = False
                elif str(child.tag) in _READERS:
                    yield from _READERS[str(child.tag)](self, child)

    def table(self, node: etree._Element) -> Iterator[Block]:
        """A table and the notes to it; a single cell is only a frame around its content."""
        cells = list(node.iter(named("table:table-cell")))
        if len(cells) == 1:
            yield from self.blocks(cells[0])
            return
        notes: list[Block] = []
        table = read_table(node, lambda cell: self._cell_text(cell, notes), self._budget)
        self._budget.take(sum(1 for cell in table.cells if cell.text))
        if any(cell.text for cell in table.cells):
            yield Block(BlockKind.TABLE, table_text(table), NOWHERE, table=table)
        yield from notes

    def frame(self, node: etree._Element) -> Iterator[Block]:
        """A frame holds the same thing in several forms; the first that can be read counts."""
        for child in node:
            read = _FORMS.get(str(child.tag))
            blocks = list(read(self, child)) if read is not None else []
            if blocks:
                yield from blocks
                return
        if find(node, "draw:image") is not None:
            yield Block(BlockKind.FIGURE, _description(node), NOWHERE)

    def object(self, node: etree._Element) -> Iterator[Block]:
        """A formula in its author's notation, or the table behind a chart."""
        part = value(node, "xlink:href").removeprefix("./").strip("/") + "/content.xml"
        root = self._document.root_if_any(part)
        note = root.find(f".//{named('math:annotation')}") if root is not None else None
        if note is not None and (note.text or "").strip():
            yield Block(BlockKind.FORMULA, one_line(note.text or ""), NOWHERE)
        table = root.find(f".//{named('table:table')}") if root is not None else None
        if table is not None:
            yield from self.table(table)

    def _heading(self, node: etree._Element, text: str, level: int) -> Iterator[Block]:
        if node.tag == _HEADING:
            level = count(node, "text:outline-level")
        marker = self._counters.outline_marker(level) if node.tag == _HEADING else ""
        if text:
            yield Block(BlockKind.HEADING, text, NOWHERE, level, marker=marker)

    def _cell_text(self, cell: etree._Element, notes: list[Block]) -> str:
        blocks = [self._in_cell(block) for block in self.blocks(cell)]
        notes.extend(block for block in blocks if block.kind is BlockKind.FOOTNOTE)
        return cell_text(block for block in blocks if block.kind is not BlockKind.FOOTNOTE)

    def _in_cell(self, block: Block) -> Block:
        """On slides the text of every cell is a list, whose bullets nobody sees."""
        return replace(block, marker="") if self._in_slides and not block.ordered else block

    def _mark(self) -> str:
        self._notes += 1
        return f"[^{self._notes}]"

    def _note(self, note: etree._Element, label: str) -> Block:
        body = find(note, "text:note-body")
        texts = [block.text for block in self.blocks(body)] if body is not None else []
        return Block(BlockKind.FOOTNOTE, one_line(" ".join(texts)), NOWHERE, marker=label)


def _description(frame: etree._Element) -> str:
    texts = (find(frame, name) for name in ("svg:desc", "svg:title"))
    return next((one_line(text.text or "") for text in texts if text is not None and text.text), "")


def _nothing(body: Body, node: etree._Element) -> Iterator[Block]:
    del body, node
    return iter(())


_BY_NAME: dict[str, Callable[[Body, etree._Element], Iterator[Block]]] = {
    "text:p": Body.paragraph,
    "text:h": Body.paragraph,
    "text:list": Body.items,
    "table:table": Body.table,
    "draw:frame": Body.frame,
    **dict.fromkeys((*_PASSED_THROUGH, *_SHAPES), Body.blocks),
}
_READERS = {named(name): read for name, read in _BY_NAME.items()}
_FORMS = {named("draw:text-box"): Body.blocks, named("draw:object"): Body.object, named("table:table"): Body.table}
