"""Running headers and footers: what stands in the same margin of at least three pages, digits aside, and page numbers."""

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from pagemill.domain.document import Block, BlockKind, PageContent, SegmentType
from pagemill.pipeline.layout.body import LARGER, Style

_BAND_SHARE = 0.12
_EDGE_SHARE = 0.08
_OUTERMOST_SHARE = 0.2
_PICTURE_SHARE = 0.1
_LEAST_PAGES = 3
_LARGE = "large "
_MOST_CHARACTERS = 200
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"[-–—|\s]*(?:(?:page|seite|p\.)\s*)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of|von|sur|de)\s*\d{1,4})?[-–—|\s.]*",
    re.IGNORECASE,
)
_PRINTED = re.compile(
    r"https?://\S+(?:\s+\d+/\d+)?|\d{1,4}[/.]\d{1,2}[/.]\d{2,4},?\s\d{1,2}:\d{2}(?:\s[AP]M)?(?:\s.*)?"
)
_FOLIO = re.compile(
    r"(?P<first>\d{1,4})[\s|·•–—-]+(?P<title>[^\d\W].{15,})|(?P<heading>.{15,}[^\d\W]\W*)[\s|·•–—-]+(?P<last>\d{1,4})"
)

Place = tuple[int, int]
"""A block: its page's number and its index on the page."""


def find_furniture(pages: Sequence[PageContent], body: Style) -> dict[Place, SegmentType]:
    """The blocks that are running headers or footers, as `PageHeader` or `PageFooter`.

    The margins are the outer eighth of a page, and the outermost block of the outer fifth. Type clearly larger than the
    body's counts only with the very same words on most pages: "Chapter 7" atop a page is a heading, even if each
    chapter has one. Pictures count where they stand at the same place. A few words with a number before or behind them
    that rises from page to page need only two pages, in any type. A heading without a type size is one because the file
    says so: "Results" may stand atop three slides.
    """
    found: dict[Place, SegmentType] = {}
    alike: dict[tuple[SegmentType, str], list[Place]] = defaultdict(list)
    folios: dict[tuple[SegmentType, str], list[tuple[Place, int]]] = defaultdict(list)
    for page in pages:
        for index, block in enumerate(page.blocks):
            band = _band(block, page)
            if band is None:
                continue
            large = bool(body.size) and block.font_size >= LARGER * body.size
            alike[band, _likeness(block, large=large)].append((page.number, index))
            if folio := _FOLIO.fullmatch(block.text):
                title = folio["title"] or folio["heading"]
                folios[band, title].append(((page.number, index), int(folio["first"] or folio["last"])))
            if not large and _is_marginal(block, page):
                found[page.number, index] = band
    for (band, likeness), places in alike.items():
        count = len({number for number, _ in places})
        if count >= _LEAST_PAGES and (not likeness.startswith(_LARGE) or 2 * count > len(pages)):
            found.update(dict.fromkeys(places, band))
    for (band, _), numbered in folios.items():
        if _rises(numbered):
            found.update(dict.fromkeys((place for place, _ in numbered), band))
    return found


def _rises(numbered: Sequence[tuple[Place, int]]) -> bool:
    """Whether there are several pages, and on each a larger number than on the one before."""
    return len(numbered) > 1 and all(
        before[0] < after[0] and number < next_number for (before, number), (after, next_number) in pairwise(numbered)
    )


def _band(block: Block, page: PageContent) -> SegmentType | None:
    if not page.height or not block.bbox.area or len(block.text) > _MOST_CHARACTERS:
        return None
    if block.kind is BlockKind.HEADING and not block.font_size:
        return None
    if block.kind is BlockKind.FIGURE and block.bbox.area > _PICTURE_SHARE * page.width * page.height:
        return None
    if block.bbox.bottom <= _BAND_SHARE * page.height or (
        block.bbox.bottom <= _OUTERMOST_SHARE * page.height and block.bbox.top <= min(b.bbox.top for b in page.blocks)
    ):
        return SegmentType.PAGE_HEADER
    if block.bbox.top >= (1 - _BAND_SHARE) * page.height or (
        block.bbox.top >= (1 - _OUTERMOST_SHARE) * page.height
        and block.bbox.bottom >= max(b.bbox.bottom for b in page.blocks)
    ):
        return SegmentType.PAGE_FOOTER
    return None


def _is_marginal(block: Block, page: PageContent) -> bool:
    """Whether this is a page number, or what browsers print around a page, at the very edge."""
    edge = _EDGE_SHARE * page.height
    outside = block.bbox.bottom <= edge or block.bbox.top >= page.height - edge
    return outside and (_PAGE_NUMBER.fullmatch(block.text) or _PRINTED.fullmatch(block.text)) is not None


def _likeness(block: Block, *, large: bool) -> str:
    """What is equal for blocks that repeat one another."""
    if block.kind is BlockKind.FIGURE:
        return f"picture at {round(block.bbox.left / 8)}, {round(block.bbox.top / 8)}"
    words = " ".join(block.text.casefold().split())
    return f"{_LARGE}{words}" if large else _DIGITS.sub("#", words)
