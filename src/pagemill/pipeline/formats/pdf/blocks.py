"""liteparse's page as blocks of plain text, with the type and the words that stand in each."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from pagemill.domain.document import BBox, Block, BlockKind
from pagemill.pipeline.formats.pdf.bullets import with_bullets
from pagemill.pipeline.formats.pdf.code import code_text
from pagemill.pipeline.formats.pdf.columns import COLUMN_GAP, blocks_in_columns
from pagemill.pipeline.formats.pdf.false_tables import is_text
from pagemill.pipeline.formats.pdf.figures import figure, with_figures_placed
from pagemill.pipeline.formats.pdf.glued import parted
from pagemill.pipeline.formats.pdf.gutter import find_gutter, in_columns
from pagemill.pipeline.formats.pdf.lines import Line, lines_of, words_of
from pagemill.pipeline.formats.pdf.order import from_above
from pagemill.pipeline.formats.pdf.runs import Run, box_of, mostly, runs_of, shared_out, type_size, without_line_ends
from pagemill.pipeline.formats.pdf.scrambled import unscrambled
from pagemill.pipeline.formats.pdf.tables import table_of
from pagemill.pipeline.formats.pdf.text import clean, clean_line, plain, unhyphenated
from pagemill.pipeline.formats.pdf.unclaimed import with_unclaimed
from pagemill.pipeline.formats.tables import table_text

_FLOWING = frozenset({BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM})
_WORDS_AS_FORMULA = re.compile(r"\$[^$]*(?<![\\a-zA-Z])[a-zA-Z]{14,}[^$]*\$")


def blocks_of(page: Any) -> tuple[Block, ...]:
    """The blocks of a page that liteparse parsed, in its reading order; rules, specks and page backgrounds are left out."""
    runs = runs_of(page.text_items)
    native = list(page.blocks or ())
    shares = shared_out(runs, [None if one.kind in ("figure", "rule") else _box(one) for one in native])
    made = [(_blocks(one, share, page), share) for one, share in zip(native, shares, strict=True)]
    made = unscrambled(made, runs)
    lines = [lines_of(share) if _is_prose(blocks) else [] for blocks, share in made]
    gutter = find_gutter(lines)
    blocks = with_figures_placed(in_columns(made, gutter) if gutter else _parted(made, lines))
    claimed = {id(run) for share in shares for run in share}
    loose = [run for run in runs if id(run) not in claimed]
    return with_unclaimed(blocks, runs, loose, page.width, page.height) if loose else blocks


def _blocks(native: Any, runs: list[Run], page: Any) -> list[Block]:
    block = _block(native, runs, page)
    if block is None:
        return []
    lines = lines_of(runs) if block.table else []
    return blocks_in_columns(lines, COLUMN_GAP) if block.table and is_text(block.table, lines) else [block]


def _parted(made: Sequence[tuple[list[Block], list[Run]]], lines: Sequence[list[Line]]) -> list[Block]:
    """The blocks, those parted that liteparse made as one."""
    pairs = [
        (block, own if len(blocks) == 1 else [])
        for (blocks, _), own in zip(made, lines, strict=True)
        for block in blocks
    ]
    return with_bullets(from_above(parted(pairs)))


def _is_prose(blocks: Sequence[Block]) -> bool:
    return any(block.kind is BlockKind.PARAGRAPH for block in blocks)


def _block(native: Any, runs: list[Run], page: Any) -> Block | None:
    if native.bbox is None:
        return None
    if native.kind == "figure":
        return figure(box_of(native.bbox), page.width, page.height)
    make = _MAKERS.get(native.kind)
    return make(native, runs) if make else None


def _box(native: Any) -> BBox | None:
    return box_of(native.bbox) if native.bbox else None


def _typed(kind: BlockKind, text: str, native: Any, runs: Sequence[Run], **more: Any) -> Block | None:
    if not text:
        return None
    bold = mostly(runs, [run.bold for run in runs]) if runs else bool(native.bold)
    size = type_size(runs)
    if kind in _FLOWING:
        text = without_line_ends(text, runs)
    return Block(kind, text, box_of(native.bbox), font_size=size, bold=bold, words=words_of(runs), **more)


def _heading(native: Any, runs: list[Run]) -> Block | None:
    return _typed(BlockKind.HEADING, said(native, runs), native, runs, level=native.level or 1)


def _paragraph(native: Any, runs: list[Run]) -> Block | None:
    return _typed(BlockKind.PARAGRAPH, said(native, runs), native, runs)


def said(native: Any, runs: Sequence[Run]) -> str:
    """The liteparse block's text; where words were taken for a formula, and lost their spaces, that of its lines."""
    text = plain(native.text or "")
    if not _WORDS_AS_FORMULA.search(text) or not runs:
        return text
    return unhyphenated(" ".join(line.text for line in lines_of(runs)))


def _list_item(native: Any, runs: list[Run]) -> Block | None:
    marker, depth = clean(native.marker or ""), native.level or 0
    text = unhyphenated(plain(native.text or ""))
    return _typed(BlockKind.LIST_ITEM, text, native, runs, level=depth, ordered=bool(native.ordered), marker=marker)


def _code(native: Any, runs: list[Run]) -> Block | None:
    lines = [clean_line(line) for line in native.lines or ()]
    if len(lines) < 2:
        return _typed(BlockKind.PARAGRAPH, clean(" ".join(lines)), native, runs)
    return _typed(BlockKind.CODE, code_text(lines, runs), native, runs)


def _lines(native: Any, runs: list[Run]) -> Block | None:
    return _typed(BlockKind.PARAGRAPH, clean(" ".join(native.lines or ())), native, runs)


def _table(native: Any, runs: list[Run]) -> Block | None:
    table = table_of(native.header, native.rows)
    if table.row_count >= 2 and table.column_count >= 2:
        return _typed(BlockKind.TABLE, table_text(table), native, runs, table=table)
    lines = [line for line in table_text(table).split("\n") if line]
    if len(lines) > 1 and mostly(runs, [run.mono for run in runs]):
        return _typed(BlockKind.CODE, code_text(lines, runs), native, runs)
    return _typed(BlockKind.PARAGRAPH, clean(" ".join(lines)), native, runs)


_MAKERS: dict[str, Callable[[Any, list[Run]], Block | None]] = {
    "heading": _heading,
    "paragraph": _paragraph,
    "list_item": _list_item,
    "code": _code,
    "grid_fallback": _lines,
    "table": _table,
}
