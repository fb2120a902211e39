"""A page's image to blocks: OCR makes words and a text layer, and the PDF reader parses that like any other page."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from pagemill.domain.document import BBox, Block, BlockKind, PageContent, TextSource, Word
from pagemill.pipeline.formats.pdf.lite import layer_blocks
from pagemill.pipeline.ocr.recognise import recognise_page

_TEXT_SHARE_OF_A_PICTURE = 0.15


def recognised_page(number: int, image: NDArray[np.uint8], width: float, height: float) -> PageContent:
    """The page that this gray image shows, `width` x `height` points large."""
    found = recognise_page(image, width, height)
    blocks = with_confidence(layer_blocks(found.text_layer), found.words)
    source = TextSource.OCR if blocks else TextSource.NONE
    return PageContent(number, round(width, 2), round(height, 2), source, blocks)


def with_confidence(blocks: Sequence[Block], words: Iterable[Word]) -> tuple[Block, ...]:
    """The blocks with the recognised words in place of the layer's: same text, nearest place, each used once."""
    by_text: dict[str, list[Word]] = defaultdict(list)
    for word in words:
        by_text[word.text].append(word)
    return tuple(_confident(block, by_text) for block in blocks)


def joined(native: PageContent, recognised: PageContent, *, keep_text: bool) -> PageContent:
    """The page with what was recognised, and of the file's own blocks the pictures and, if it is kept, the text.

    Recognised blocks that repeat text of the file are dropped; the others take the place that their height gives them.
    """
    found = list(recognised.blocks)
    pictures = [
        b for b in native.blocks if b.kind is BlockKind.FIGURE and _text_share(b.bbox, found) < _TEXT_SHARE_OF_A_PICTURE
    ]
    own = [block for block in native.blocks if block.kind is not BlockKind.FIGURE] if keep_text else []
    new = [block for block in found if not _repeats(block, own)]
    blocks = (own, [*new, *pictures]) if own else (new, pictures)
    source = TextSource.OCR if new else native.source if own else TextSource.NONE
    return msgspec.structs.replace(native, source=source, blocks=_inserted(*blocks))


def _confident(block: Block, by_text: dict[str, list[Word]]) -> Block:
    words = tuple(_nearest(word, by_text[word.text]) for word in block.words)
    scores = [word.confidence for word in words if word.confidence is not None]
    mean = round(sum(scores) / len(scores), 3) if scores else None
    return msgspec.structs.replace(block, words=words, confidence=mean)


def _nearest(word: Word, candidates: list[Word]) -> Word:
    if not candidates:
        return word
    best = min(candidates, key=lambda one: abs(one.bbox.left - word.bbox.left) + abs(one.bbox.top - word.bbox.top))
    candidates.remove(best)
    return best


def _text_share(box: BBox, blocks: Iterable[Block]) -> float:
    covered = sum(word.bbox.overlap(box) for block in blocks for word in block.words)
    return covered / box.area if box.area else 0.0


def _repeats(block: Block, own: Sequence[Block]) -> bool:
    """Whether most of the block's words stand where the file has text of its own."""
    if not block.words:
        return any(block.bbox.overlap(other.bbox) > 0.5 * block.bbox.area for other in own)
    inside = sum(any(word.bbox.overlap(other.bbox) > 0.5 * word.bbox.area for other in own) for word in block.words)
    return 2 * inside > len(block.words)


def _inserted(kept: Sequence[Block], new: Iterable[Block]) -> tuple[Block, ...]:
    """The kept blocks in their order; each new one stands before the first that begins below it and beside it."""
    order = list(kept)
    for block in new:
        order.insert(next((i for i, other in enumerate(order) if _comes_before(block, other)), len(order)), block)
    return tuple(order)


def _comes_before(block: Block, other: Block) -> bool:
    beside = block.bbox.left < other.bbox.right and other.bbox.left < block.bbox.right
    return beside and block.bbox.bottom <= other.bbox.top + 0.5 * other.bbox.height and block.bbox.top < other.bbox.top
