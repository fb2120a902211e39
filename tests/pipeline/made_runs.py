"""Runs and blocks made by code, as liteparse would have found them."""

from pagemill.domain.document import BBox, Block, BlockKind, Word
from pagemill.pipeline.formats.pdf.lines import box_around
from pagemill.pipeline.formats.pdf.runs import Run

WIDTH, HEIGHT = 612, 792
SENTENCE = "The wheel turns the stone and the stone turns the grain."


def run(text, left, top, size=10.0, turned=0.0, **more):
    box = BBox(left, top, 0.5 * size * len(text), size)
    return Run(box, size, more.get("bold", False), False, len(text), (Word(text, box),), text, turned)


def glued(runs, kind=BlockKind.PARAGRAPH):
    return Block(kind, " ".join(each.text for each in runs), box_around(each.box for each in runs), font_size=10.0)


def texts(blocks):
    return [block.text for block in blocks]
