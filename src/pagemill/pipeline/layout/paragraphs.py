"""Paragraphs that a reader tore into lines, made whole."""

from msgspec.structs import replace

from pagemill.domain.document import Block, BlockKind, PageContent
from pagemill.pipeline.scripts import UNSPACED, joined_lines

SENTENCE_ENDS = (*'.!?:;…”")', *"。．｡！？：；」』）】")
SAME_SIZE_POINTS = 0.5
MOST_GAP = 0.9
SAME_EDGE_SIZES = 1.5
LEAST_SHARED_WIDTH = 0.5


def with_whole_paragraphs(page: PageContent) -> PageContent:
    """The page with neighbouring paragraphs joined where a sentence plainly goes on from one to the next."""
    whole: list[Block] = []
    for block in page.blocks:
        if whole and goes_on(whole[-1], block):
            whole[-1] = joined(whole[-1], block)
        else:
            whole.append(block)
    return replace(page, blocks=tuple(whole))


def goes_on(before: Block, after: Block) -> bool:
    """Whether `after` continues the sentence that `before` breaks off: no full stop, a small letter, the same type and column,
    and no more than 0.9 of the type's size between them. Where there are no small letters, `before` must fill its column.
    """
    if before.kind is not BlockKind.PARAGRAPH or after.kind is not BlockKind.PARAGRAPH:
        return False
    unfinished = bool(before.text) and not before.text.endswith(SENTENCE_ENDS)
    goes_on = after.text[:1].islower() or _fills_its_lines(before, after)
    return unfinished and goes_on and _same_type(before, after) and _next_line(before, after)


def _fills_its_lines(before: Block, after: Block) -> bool:
    """Whether both are in a script without small letters and spaces, and only the column's end parted them."""
    unspaced = UNSPACED.fullmatch(before.text[-1:]) and UNSPACED.fullmatch(after.text[:1])
    return bool(unspaced) and before.bbox.right >= after.bbox.right - SAME_EDGE_SIZES * before.font_size


def _same_type(before: Block, after: Block) -> bool:
    known = before.font_size > 0 and before.bold == after.bold
    return known and abs(before.font_size - after.font_size) <= SAME_SIZE_POINTS


def _next_line(before: Block, after: Block) -> bool:
    gap = after.bbox.top - before.bbox.bottom
    shared = min(before.bbox.right, after.bbox.right) - max(before.bbox.left, after.bbox.left)
    narrower = min(before.bbox.width, after.bbox.width)
    near = -before.font_size <= gap <= MOST_GAP * before.font_size
    return near and shared >= LEAST_SHARED_WIDTH * narrower


def joined(before: Block, after: Block) -> Block:
    """Both as one block; its confidence is that of the part that is less sure."""
    sure = [block.confidence for block in (before, after) if block.confidence is not None]
    return replace(
        before,
        text=joined_lines(before.text, after.text),
        bbox=before.bbox.union(after.bbox),
        confidence=min(sure, default=None),
        words=before.words + after.words,
    )
