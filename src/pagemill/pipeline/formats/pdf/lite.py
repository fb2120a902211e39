"""The default reader: liteparse, without OCR, with running headers and footers left in for our own pass."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import liteparse
from msgspec.structs import replace

from pagemill.domain.document import BBox, Block, BlockKind, PageContent, TextSource, Word
from pagemill.pipeline.formats.pdf.blocks import blocks_of
from pagemill.pipeline.formats.pdf.coverage import Coverage, is_stripped
from pagemill.pipeline.formats.pdf.orientation import leaning
from pagemill.pipeline.formats.pdf.oversized import blocks_of_glyphs, has_oversized_boxes
from pagemill.pipeline.formats.pdf.page_reader import ReadPage, UnreadablePages
from pagemill.pipeline.formats.pdf.pdfium import PdfFile, open_pdf
from pagemill.pipeline.formats.pdf.right_to_left import in_reading_order
from pagemill.pipeline.formats.pdf.text import is_right_to_left
from pagemill.pipeline.source import Source

_WORDS_OF_AN_ILLUSTRATION = 3


class LiteparseReader:
    """Reads pages with liteparse: about .4 MB of memory a page of one call, so callers ask for a few hundred at most."""

    def pages(self, path: str, password: str, numbers: Sequence[int]) -> list[ReadPage]:
        """The pages that liteparse can read. Raises `UnreadablePages` if it refuses the file."""
        found = {page.page_num: _read_page(page) for page in _parsed(path, password, numbers)}
        turned = {number: page.content.rotation for number, page in found.items() if page.content.rotation}
        if turned:
            corrections = [(number, (360 - turn) % 360) for number, turn in turned.items()]
            again = _parsed(path, password, sorted(turned), page_orientation_corrections=corrections)
            found.update({page.page_num: _read_page(page, turned[page.page_num]) for page in again})
        return _mended([found[number] for number in sorted(found)], path, password)


def _mended(pages: list[ReadPage], path: str, password: str) -> list[ReadPage]:
    """The pages; those whose text liteparse loses or misorders have it from pdfium, character by character."""
    if not any(page.oversized or _is_right_to_left(page) for page in pages):
        return pages
    with open_pdf(Source(path, path, "application/pdf", password)) as file:
        return [_reordered(_reset(page, file), file) for page in pages]


def _reset(page: ReadPage, file: PdfFile) -> ReadPage:
    content = page.content
    glyphs = file.glyphs(content.number) if page.oversized and not content.rotation else []
    if not glyphs:
        return page
    blocks = blocks_of_glyphs(glyphs, content.blocks, content.width, content.height)
    return replace(page, content=replace(content, blocks=blocks))


def _reordered(page: ReadPage, file: PdfFile) -> ReadPage:
    if page.content.rotation or not _is_right_to_left(page):
        return page
    blocks = in_reading_order(page.content.blocks, file.glyphs(page.content.number))
    return replace(page, content=replace(page.content, blocks=blocks))


def _is_right_to_left(page: ReadPage) -> bool:
    return is_right_to_left(" ".join(block.text for block in page.content.blocks))


@contextmanager
def _named_as_pdf(path: str) -> Iterator[str]:
    """A name of the file that ends in .pdf: liteparse goes by it, and stored files have none."""
    with TemporaryDirectory(prefix="pagemill-") as folder:
        link = Path(folder) / "file.pdf"
        link.symlink_to(Path(path).absolute())
        yield str(link)


def layer_blocks(pdf: bytes) -> tuple[Block, ...]:
    """The blocks of a one-page PDF in memory, such as the text layer of a recognised page."""
    pages = _parser().parse(pdf).pages
    return blocks_of(pages[0]) if pages else ()


def _parsed(path: str, password: str, numbers: Sequence[int], **more: Any) -> list[Any]:
    parser = _parser(password=password or None, target_pages=_ranges(numbers), continue_on_page_error=True, **more)
    try:
        with _named_as_pdf(path) as name:
            return list(parser.parse(name).pages)
    except liteparse.ParseError as problem:
        raise UnreadablePages(str(problem)) from None


def _parser(**more: Any) -> Any:
    return liteparse.LiteParse(
        ocr_enabled=False,
        keep_headers_footers=True,
        extract_blocks=True,
        extract_links=False,
        extract_text_metadata=True,
        emit_word_boxes=True,
        include_complexity=True,
        num_workers=1,
        quiet=True,
        **more,
    )


def _read_page(page: Any, turned: int = 0) -> ReadPage:
    """The page as parsed; `turned` is how far it was turned for that, or else has to be (degrees clockwise)."""
    blocks = blocks_of(page)
    source = TextSource.NATIVE if any(block.text for block in blocks) else TextSource.NONE
    content = PageContent(
        page.page_num, round(page.width, 2), round(page.height, 2), source, blocks, turned or _turn(page)
    )
    return ReadPage(content, _coverage(page, content), has_oversized_boxes(page.text_items))


def _turn(page: Any) -> int:
    """By how many degrees clockwise the page must be turned so that most of its text stands upright."""
    return (360 - leaning((round(item.rotation), len(item.text)) for item in page.text_items)) % 360


def _coverage(page: Any, content: PageContent) -> Coverage:
    seen = page.complexity
    area = max(seen.page_area, 1.0)
    drawn = (seen.uncovered_vector_area or 0.0) / area
    return Coverage(
        characters=seen.text_length,
        garbled=_garbled_share(page) if seen.is_garbled else 0.0,
        image=_largest_image(content),
        page_image=seen.full_page_image,
        drawn=max(drawn, seen.layout.figure_coverage if seen.layout else 0.0),
        stripped=seen.full_page_image and is_stripped(" ".join(block.text for block in content.blocks)),
        flagged=seen.needs_ocr,
    )


def _garbled_share(page: Any) -> float:
    """The share of characters in fonts without a mapping, or all that liteparse could not count as text."""
    total = sum(len(item.text) for item in page.text_items)
    unmapped = sum(len(item.text) for item in page.text_items if item.font_is_buggy)
    lost = total - page.complexity.text_length
    return max(unmapped, lost) / total if total else 1.0


def _largest_image(content: PageContent) -> float:
    """The share of the page that the largest picture without text on it covers: a picture behind text is decoration."""
    figures = [block.bbox for block in content.blocks if block.kind is BlockKind.FIGURE]
    words = [word for block in content.blocks for word in block.words] if figures else []
    bare = [box.area for box in figures if _words_inside(words, box) < _WORDS_OF_AN_ILLUSTRATION]
    return max(bare, default=0.0) / max(content.width * content.height, 1.0)


def _words_inside(words: list[Word], box: BBox) -> int:
    return sum(1 for word in words if word.bbox.overlap(box) > 0.5 * word.bbox.area)


def _ranges(numbers: Sequence[int]) -> str:
    """The page numbers the way liteparse takes them: `"1-5,9"`."""
    spans: list[tuple[int, int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    return ",".join(f"{first}-{last}" for first, last in spans)
