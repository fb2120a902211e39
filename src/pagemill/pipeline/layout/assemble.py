"""Pages to a document: roles, segments, chunks."""

from collections.abc import Iterable, Mapping

from pagemill.domain.document import Block, BlockKind, Document, Page, PageContent, Segment, SegmentType, TextSource
from pagemill.domain.options import Options
from pagemill.pipeline.chunking.chunks import chunks_of
from pagemill.pipeline.layout.classify import Role, classify
from pagemill.pipeline.layout.paragraphs import with_whole_paragraphs
from pagemill.pipeline.layout.torn_headings import with_whole_headings
from pagemill.pipeline.render.segment import written
from pagemill.pipeline.source import Facts


def assemble_document(
    pages: Iterable[PageContent], facts: Facts, options: Options, failed: Mapping[int, str]
) -> Document:
    """The document of these pages, sorted by number; a failed page stands in it without content.

    Of two pages with one number the later counts, so recognised pages may follow the ones they replace.
    """
    read = {page.number: page for page in pages if page.number not in failed}
    rows = with_whole_headings([with_whole_paragraphs(read[number]) for number in sorted(read)])
    segments = tuple(_segments(rows))
    return Document(
        file_name=facts.file_name,
        media_type=facts.media_type,
        page_count=facts.page_count,
        pages=_pages(rows, failed),
        segments=segments,
        chunks=chunks_of(segments, options),
        title=next((s.text for s in segments if s.type is SegmentType.TITLE), facts.title),
        failed_pages=tuple(sorted(failed)),
    )


def _pages(rows: Iterable[PageContent], failed: Mapping[int, str]) -> tuple[Page, ...]:
    good = [Page(row.number, row.width, row.height, row.source, row.rotation, row.image, name=row.name) for row in rows]
    bad = [Page(number, 0.0, 0.0, TextSource.NONE, error=code) for number, code in failed.items()]
    return tuple(sorted([*good, *bad], key=lambda page: page.number))


def _segments(rows: list[PageContent]) -> Iterable[Segment]:
    roles = classify(rows)
    for page in rows:
        for index, block in enumerate(page.blocks):
            yield _segment(block, roles[page.number, index], page.number, index + 1)


def _segment(block: Block, role: Role, page: int, index: int) -> Segment:
    plain = Segment(
        id=f"segment_{page}_{index}",
        type=role.type,
        page=page,
        bbox=block.bbox,
        text=_text(block, role),
        level=role.level,
        confidence=block.confidence,
        table=block.table if role.type is SegmentType.TABLE else None,
        words=block.words,
        ss_sheet_name=block.sheet.sheet_name if block.sheet else "",
        ss_range=block.sheet.range if block.sheet else "",
        ss_cells=block.sheet.cells if block.sheet else (),
    )
    return written(plain, code=block.kind is BlockKind.CODE)


def _text(block: Block, role: Role) -> str:
    """The block's text; marks that carry meaning (numbers, footnote signs) stay in it, bullets do not."""
    if block.marker and (block.ordered or role.type is not SegmentType.LIST_ITEM):
        return f"{block.marker} {block.text}"
    return block.text
