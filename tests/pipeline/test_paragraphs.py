"""A sentence that a reader tore apart is one paragraph again; what only stands together is left alone."""

import pytest
from msgspec.structs import replace

from pagemill.domain.document import BBox, Block, BlockKind, PageContent, TextSource
from pagemill.pipeline.layout.paragraphs import with_whole_paragraphs

FIRST = Block(BlockKind.PARAGRAPH, "The shake locks the", BBox(72, 100, 200, 12), font_size=10.0, confidence=0.9)
SECOND = Block(BlockKind.PARAGRAPH, "fibres of the sheet.", BBox(72, 115, 180, 12), font_size=10.0, confidence=0.8)


def texts(*blocks: Block) -> list[str]:
    page = PageContent(1, 612, 792, TextSource.NATIVE, blocks)
    return [block.text for block in with_whole_paragraphs(page).blocks]


def test_a_torn_sentence_is_whole_again():
    third = replace(SECOND, text="and it dries.", bbox=BBox(72, 130, 90, 12))
    first = replace(SECOND, text="fibres of the sheet,")
    assert texts(FIRST, first, third) == ["The shake locks the fibres of the sheet, and it dries."]


def test_the_whole_has_the_box_and_the_doubt_of_its_parts():
    page = with_whole_paragraphs(PageContent(1, 612, 792, TextSource.OCR, (FIRST, SECOND)))
    assert (page.blocks[0].bbox, page.blocks[0].confidence) == (BBox(72, 100, 200, 27), 0.8)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (replace(FIRST, text="The shake locks."), SECOND),
        (FIRST, replace(SECOND, text="Fibres of the sheet.")),
        (FIRST, replace(SECOND, font_size=14.0)),
        (FIRST, replace(SECOND, bold=True)),
        (FIRST, replace(SECOND, bbox=BBox(72, 160, 180, 12))),
        (FIRST, replace(SECOND, bbox=BBox(320, 115, 180, 12))),
        (FIRST, replace(SECOND, bbox=BBox(72, 40, 180, 12))),
        (FIRST, replace(SECOND, kind=BlockKind.LIST_ITEM)),
        (replace(FIRST, kind=BlockKind.HEADING), SECOND),
        (replace(FIRST, font_size=0.0), replace(SECOND, font_size=0.0)),
    ],
    ids=["full stop", "capital", "size", "weight", "gap", "column", "above", "list", "heading", "no layout"],
)
def test_what_only_stands_together_is_left_alone(before: Block, after: Block):
    assert texts(before, after) == [before.text, after.text]
