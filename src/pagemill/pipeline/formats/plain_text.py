"""Plain text: paragraphs parted by empty lines. Their own line breaks stay."""

import re

from pagemill.domain.document import Block, BlockKind
from pagemill.pipeline.formats.encoding import decoded
from pagemill.pipeline.formats.flow import NOWHERE, FlowReader

_GAP = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+|\f")


class PlainTextReader(FlowReader):
    """Reads text files."""

    def flow(self, data: bytes) -> tuple[tuple[Block, ...], str]:
        """A block for each paragraph; no title."""
        return text_blocks(decoded(data)), ""


def text_blocks(text: str) -> tuple[Block, ...]:
    """The paragraphs of a text."""
    parts = (part.strip("\n").rstrip() for part in _GAP.split(text))
    return tuple(Block(BlockKind.PARAGRAPH, part, NOWHERE) for part in parts if part.strip())
