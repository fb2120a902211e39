"""Walking an HTML tree once, without recursion, so that no depth of nesting can exhaust the stack."""

import re
from collections.abc import Callable, Iterator

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

from pagemill.domain.document import Block, BlockKind
from pagemill.pipeline.formats.flow import NOWHERE
from pagemill.pipeline.formats.html.tables import CELLS, is_layout, table_of
from pagemill.pipeline.formats.tables import table_text
from pagemill.pipeline.scripts import unwrapped

_DROPPED = re.compile(
    "script|style|noscript|template|head|iframe|object|embed|svg|canvas|audio|video|select|option|datalist|button|textarea|"
    "annotation|annotation-xml|rp"
)
_BLOCKS = re.compile(
    "address|article|aside|blockquote|body|center|details|dialog|div|fieldset|figure|footer|form|header|hgroup|"
    "hr|html|legend|main|menu|nav|ol|p|section|summary|table|td|th|tr|ul"
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset({"ol", "ul", "menu", "dl"})
_ITEMS = frozenset({"li", "dt", "dd"})
_SPACES = re.compile(r"[^\S\n]+")
_INVISIBLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
_BULLET = re.compile(r"[•‣▪●○◦·]\s+")
_NOTHING = dict.fromkeys((0x00AD, 0x200B, 0x2060, 0xFEFF))  # where a line may end, or may not
_RAISED = re.compile(r"[\d+\-−n]+")
_SUPERSCRIPTS = str.maketrans("0123456789+-−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ")


class _Context(msgspec.Struct):
    """What the text at hand belongs to."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    ordered: bool = False
    marker: str = ""


class _List(msgspec.Struct):
    """A list that is open; `deepest` is the level of its last item that said something."""

    ordered: bool
    next_number: int
    level: int
    deepest: int


def html_blocks(html: str) -> tuple[tuple[Block, ...], str]:
    """The blocks of an HTML text in order, and its title. Scripts, styles and hidden parts are left out."""
    tree = LexborHTMLParser(html)
    title = tree.css_first("title")
    walk = _Walk()
    if tree.body is not None:
        walk.run(tree.body)
    return tuple(walk.blocks), " ".join(title.text().split()) if title is not None else ""


def text_of(cell: LexborNode) -> str:
    """What a table cell says, a line for each of its parts; a table within it is only text, a line a row."""
    walk = _Walk(tables=False)
    walk.run(cell)
    lines = "\n".join(block.text for block in walk.blocks).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())


class _Walk:
    def __init__(self, *, tables: bool = True) -> None:
        self._tables = tables
        self.blocks: list[Block] = []
        self._text: list[str] = []
        self._contexts = [_Context()]
        self._lists: list[_List] = []

    def run(self, body: LexborNode) -> None:
        """Collects the blocks under this node."""
        pending: list[LexborNode | Callable[[], None]] = [body]
        while pending:
            item = pending.pop()
            if not isinstance(item, LexborNode):
                item()
            elif item.is_text_node:
                self._text.append(unwrapped((item.text_content or "").translate(_NOTHING)))
            elif item.is_element_node and not _is_hidden(item):
                leave = self._enter(item)
                if leave is not None:
                    pending.append(leave)
                    pending.extend(reversed(list(_children(item))))
        self._flush()

    def _enter(self, node: LexborNode) -> Callable[[], None] | None:
        """Begins an element; returns what ends it, or None if its children are done with already."""
        tag = node.tag or ""
        if tag in ("pre", "img", "br", "sup") or (tag == "table" and self._tables and not is_layout(node)):
            return self._whole(tag, node)
        if tag in _HEADINGS:
            return self._within(_Context(BlockKind.HEADING, level=_HEADINGS[tag]))
        if tag in ("figcaption", "caption"):
            return self._within(_Context(BlockKind.CAPTION))
        if tag in _LISTS:
            return self._begin_list(node, ordered=tag == "ol")
        if tag in _ITEMS:
            return self._within(self._item(tag))
        if tag in CELLS and not self._tables:
            self._text.append(" ")
            return _nothing
        return self._boundary() if _BLOCKS.fullmatch(tag) else _nothing

    def _whole(self, tag: str, node: LexborNode) -> Callable[[], None] | None:
        """An element that is taken with all its content, or a superscript, which is only if it is a number."""
        if tag == "sup":
            text = node.text().strip()
            if not _RAISED.fullmatch(text):
                return _nothing
            self._text.append(text.translate(_SUPERSCRIPTS))
        elif tag == "br":
            self._text.append("\n")
        elif tag == "img":
            self._flush()
            self.blocks += _figure(node)
        elif tag == "pre":
            self._flush()
            code = _preformatted(node).strip("\n").rstrip()
            self.blocks += [Block(BlockKind.CODE, code, NOWHERE)] if code.strip() else []
        else:
            self._flush()
            self._table(node)
        return None

    def _table(self, node: LexborNode) -> None:
        caption = node.css_first("caption")
        text = " ".join(caption.text().split()) if caption is not None else ""
        self.blocks += [Block(BlockKind.CAPTION, text, NOWHERE)] if text else []
        table = table_of(node, text_of)
        if table.row_count:
            self.blocks.append(Block(BlockKind.TABLE, table_text(table), NOWHERE, table=table))

    def _begin_list(self, node: LexborNode, *, ordered: bool) -> Callable[[], None]:
        self._flush()
        start = node.attributes.get("start") or "1"
        level = self._inner_level()
        self._lists.append(_List(ordered, int(start) if start.isdecimal() else 1, level, level - 1))
        return self._end_list

    def _inner_level(self) -> int:
        """How deep a list is that begins here: below the item that it stands in, or in the item's place if that is empty."""
        if not self._lists:
            return 0
        context = self._contexts[-1]
        return context.level if context.kind is BlockKind.LIST_ITEM else self._lists[-1].deepest + 1

    def _end_list(self) -> None:
        self._flush()
        self._lists.pop()

    def _item(self, tag: str) -> _Context:
        """An item's context; a definition stands below its term."""
        if not self._lists:
            return _Context(BlockKind.LIST_ITEM, marker="•")
        innermost = self._lists[-1]
        marker = f"{innermost.next_number}." if innermost.ordered else "•"
        innermost.next_number += 1
        return _Context(BlockKind.LIST_ITEM, innermost.level + (tag == "dd"), innermost.ordered, marker)

    def _within(self, context: _Context) -> Callable[[], None]:
        self._flush()
        self._contexts.append(context)
        return self._end_context

    def _end_context(self) -> None:
        self._flush()
        self._contexts.pop()

    def _boundary(self) -> Callable[[], None]:
        self._flush()
        return self._flush

    def _flush(self) -> None:
        """Ends the text at hand. A list item's first text is the item, what follows in it are paragraphs."""
        lines = (line.strip() for line in _SPACES.sub(" ", "".join(self._text)).split("\n"))
        text = "\n".join(line for line in lines if line)
        self._text.clear()
        if not text:
            return
        context = self._contexts[-1]
        if context.kind is BlockKind.LIST_ITEM:
            text = _BULLET.sub("", text, count=1) if _BULLET.match(text) else text
            if self._lists:
                self._lists[-1].deepest = context.level
        if context.kind is not BlockKind.PARAGRAPH and context.kind is not BlockKind.LIST_ITEM:
            text = text.replace("\n", " ")
        self.blocks.append(
            Block(context.kind, text, NOWHERE, context.level, ordered=context.ordered, marker=context.marker)
        )
        if context.kind is BlockKind.LIST_ITEM:
            self._contexts[-1] = _Context()


def _nothing() -> None:
    """The end of an element that leaves no trace."""


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    if _DROPPED.fullmatch(node.tag or "") or "hidden" in attributes:
        return True
    closed = node.tag == "dialog" and "open" not in attributes
    return closed or _INVISIBLE.search(attributes.get("style") or "") is not None


def _figure(node: LexborNode) -> list[Block]:
    """A picture; nothing for one whose empty `alt` says that it only decorates."""
    attributes = node.attributes
    alt = " ".join((attributes.get("alt") or "").split())
    return [Block(BlockKind.FIGURE, alt, NOWHERE)] if alt or "alt" not in attributes else []


def _preformatted(node: LexborNode) -> str:
    """The text with its line ends, which some write as `<br>`."""
    return "".join("\n" if one.tag == "br" else one.text_content or "" for one in _leaves(node))


def _leaves(node: LexborNode) -> Iterator[LexborNode]:
    pending = [node]
    while pending:
        one = pending.pop()
        if one.is_text_node or one.tag == "br":
            yield one
        elif one.is_element_node and not _is_hidden(one):
            pending.extend(reversed(list(_children(one))))


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.child
    while child is not None:
        yield child
        child = child.next
