"""A mail as blocks: the subject, who wrote to whom and when, what was written, and what came along."""

from collections.abc import Sequence

from pagemill.domain.document import Block, BlockKind
from pagemill.pipeline.formats.flow import NOWHERE
from pagemill.pipeline.formats.html.walk import html_blocks
from pagemill.pipeline.formats.mail.message import Body, Mail
from pagemill.pipeline.formats.plain_text import text_blocks

_STRUCTURE = frozenset({BlockKind.HEADING, BlockKind.LIST_ITEM, BlockKind.TABLE, BlockKind.CODE})


def mail_blocks(mail: Mail, notes: Sequence[str]) -> tuple[Block, ...]:
    """The page of a mail. `notes` say of each attachment where its pages are, or why there are none."""
    blocks = [Block(BlockKind.HEADING, mail.subject, NOWHERE, level=1)] if mail.subject else []
    blocks += [_paragraph(f"{name}: {value}") for name, value in mail.headers.items()]
    for body in mail.bodies:
        blocks += body_blocks(body)
    if notes:
        blocks.append(_paragraph("Attachments:"))
        blocks += [Block(BlockKind.LIST_ITEM, note, NOWHERE, marker="•") for note in notes]
    return tuple(blocks)


def body_blocks(body: Body) -> list[Block]:
    """What was written: the HTML if it has structure or stands alone, else the text, in which lines are as they were sent."""
    if not body.html.strip():
        return list(text_blocks(body.text))
    blocks = [block for block in html_blocks(body.html)[0] if block.text or block.table]
    structured = any(block.kind in _STRUCTURE for block in blocks)
    return blocks if structured or not body.text.strip() else list(text_blocks(body.text))


def _paragraph(text: str) -> Block:
    return Block(BlockKind.PARAGRAPH, text, NOWHERE)
