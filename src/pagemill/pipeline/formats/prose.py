"""What is the same for all word processors: lines of text, notes, code and heading levels in a flow of blocks."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from msgspec.structs import replace

from pagemill.domain.document import Block, BlockKind
from pagemill.pipeline.formats.flow import NOWHERE

_SPACES = re.compile(r"[^\S\n]+")
DEEPEST_HEADING = 6


def lines(text: str) -> str:
    """The text with its own line breaks, without empty lines and more than one space in a row."""
    trimmed = (line.strip() for line in _SPACES.sub(" ", text).split("\n"))
    return "\n".join(line for line in trimmed if line)


def one_line(text: str) -> str:
    """The text without line breaks."""
    return " ".join(text.split())


def cell_text(blocks: Iterable[Block]) -> str:
    """What a table's cell says: a line for each of its blocks, one for each row of a table in it."""
    return "\n".join(line for block in blocks if (line := _cell_line(block)))


def _cell_line(block: Block) -> str:
    if block.kind is BlockKind.TABLE:
        return block.text.replace("\t", " | ")
    return f"{block.marker} {block.text}".strip() if block.text else ""


def as_one_document(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks of a whole flow: notes at the end of their section, lines of code together, headings with settled levels."""
    return tuple(_with_settled_headings(list(_with_joined_code(_with_notes_after_sections(blocks)))))


def _with_notes_after_sections(blocks: Iterable[Block]) -> Iterator[Block]:
    """A note in the middle would break the list that refers to it."""
    notes: list[Block] = []
    for block in blocks:
        if block.kind is BlockKind.FOOTNOTE:
            notes.append(block)
            continue
        if block.kind is BlockKind.HEADING:
            yield from notes
            notes.clear()
        yield block
    yield from notes


def _with_joined_code(blocks: Iterable[Block]) -> Iterator[Block]:
    """Lines of code as one block; empty lines within it stay, those around it do not."""
    for is_code, group in groupby(blocks, lambda block: block.kind is BlockKind.CODE):
        if not is_code:
            yield from group
            continue
        code = "\n".join(block.text for block in group).strip("\n")
        if code:
            yield Block(BlockKind.CODE, code, NOWHERE)


def _with_settled_headings(blocks: list[Block]) -> Iterator[Block]:
    """Level 1 is the title's: the level-0 heading's, or that of the only heading of level 1. Else all go one level down."""
    levels = [block.level for block in blocks if block.kind is BlockKind.HEADING]
    titles = [level for level in levels if level == 0]
    down = 1 if titles or levels.count(1) > 1 else 0
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            yield replace(block, level=min(block.level + down, DEEPEST_HEADING))
        else:
            yield block
