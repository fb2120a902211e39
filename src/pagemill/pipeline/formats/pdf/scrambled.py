"""Blocks whose text is not what stands in their place: liteparse mixed columns in them, or took in more than it says."""

import re
from collections.abc import Sequence

from pagemill.domain.document import Block, BlockKind
from pagemill.pipeline.formats.pdf.columns import COLUMN_GAP, blocks_in_columns
from pagemill.pipeline.formats.pdf.lines import lines_of
from pagemill.pipeline.formats.pdf.runs import Run

_KINDS = frozenset({BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.LIST_ITEM})
_LEAST_LETTERS = 8
_LEAST_RUNS = 2
_LEAST_SHARE = 0.2
_NOT_A_LETTER = re.compile(r"[\W_]+")


def unscrambled(
    made: Sequence[tuple[list[Block], list[Run]]], runs: Sequence[Run]
) -> list[tuple[list[Block], list[Run]]]:
    """The page's blocks, each with its runs; a block is made anew if several longer runs in it are said nowhere."""
    if not any(_missing(blocks, share) for blocks, share in made):
        return list(made)
    said = _letters("".join(block.text for blocks, _ in made for block in blocks))
    seen = "\n".join(_letters(run.text) for run in runs)
    return [_unscrambled(blocks, share, said, seen) for blocks, share in made]


def _unscrambled(blocks: list[Block], share: list[Run], said: str, seen: str) -> tuple[list[Block], list[Run]]:
    missing = _missing(blocks, share)
    unsaid = [run for run in missing if said.count(_letters(run.text)) < seen.count(_letters(run.text))]
    total = sum(len(_letters(run.text)) for run in share)
    if len(unsaid) < _LEAST_RUNS or sum(len(_letters(run.text)) for run in unsaid) < _LEAST_SHARE * total:
        return blocks, share
    elsewhere = {id(run) for run in missing} - {id(run) for run in unsaid}
    own = [run for run in share if id(run) not in elsewhere]
    return blocks_in_columns(lines_of(own), COLUMN_GAP), own


def _missing(blocks: Sequence[Block], share: Sequence[Run]) -> list[Run]:
    """The longer runs that the only block does not say. Text with formulas in it says what its runs do in other words."""
    if len(blocks) != 1 or blocks[0].kind not in _KINDS or "$" in blocks[0].text:
        return []
    text = blocks[0].text
    unlike = [run for run in share if len(run.text) >= _LEAST_LETTERS and run.text not in text]
    said = _letters(text) if unlike else ""
    return [run for run in unlike if len(own := _letters(run.text)) >= _LEAST_LETTERS and own not in said]


def _letters(text: str) -> str:
    return _NOT_A_LETTER.sub("", text)
