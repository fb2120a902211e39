"""Running headers and footers: what stands in the same margin of at least three pages, digits aside, and page numbers."""

import re
from collections import defaultdict
from collections.abc import Iterable

from pagemill.domain.document import Block, BlockKind, PageContent, SegmentType
from pagemill.pipeline.layout.body import LARGER, Style

_BAND_SHARE = 0.12
_EDGE_SHARE = 0.08
_LEAST_PAGES = 3
_MOST_CHARACTERS = 200
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"[-–—|\s]*(?:(?:page|seite|p\.)\s*)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of|von|sur|de)\s*\d{1,4})?[-–—|\s.]*",
    re.IGNORECASE,
)

Place = tuple[int, int]
"""A block: its page's number and its index on the page."""


def find_furniture(pages: Iterable[PageContent], body: Style) -> dict[Place, SegmentType]:
    """The blocks that are running headers or footers, as `PageHeader` or `PageFooter`.

    Type clearly larger than the body's is none: "Chapter 7" atop a page is a heading, even if each chapter has one.
    """
    found: dict[Place, SegmentType] = {}
    alike: dict[tuple[SegmentType, str], list[Place]] = defaultdict(list)
    for page in pages:
        for index, block in enumerate(page.blocks):
            band = _band(block, page)
            if band is None or (body.size and block.font_size >= LARGER * body.size):
                continue
            alike[band, _folded(block.text)].append((page.number, index))
            if _is_page_number(block, page):
                found[page.number, index] = band
    for (band, _), places in alike.items():
        if len({number for number, _ in places}) >= _LEAST_PAGES:
            found.update(dict.fromkeys(places, band))
    return found


def _band(block: Block, page: PageContent) -> SegmentType | None:
    if block.kind is BlockKind.FIGURE or not page.height or len(block.text) > _MOST_CHARACTERS:
        return None
    if block.bbox.bottom <= _BAND_SHARE * page.height:
        return SegmentType.PAGE_HEADER
    if block.bbox.top >= (1 - _BAND_SHARE) * page.height:
        return SegmentType.PAGE_FOOTER
    return None


def _is_page_number(block: Block, page: PageContent) -> bool:
    edge = _EDGE_SHARE * page.height
    outside = block.bbox.bottom <= edge or block.bbox.top >= page.height - edge
    return outside and _PAGE_NUMBER.fullmatch(block.text) is not None


def _folded(text: str) -> str:
    return _DIGITS.sub("#", " ".join(text.casefold().split()))
