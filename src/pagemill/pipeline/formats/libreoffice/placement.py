"""The blocks of a document without pages, given the places where they are printed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from pagemill.domain.document import BBox, Block, BlockKind, PageContent, TextSource
from pagemill.pipeline.formats.libreoffice.alignment import Alignment, Place, Wanted, alike
from pagemill.pipeline.formats.libreoffice.letters import letters
from pagemill.pipeline.formats.libreoffice.printed import PrintedText

SMALLEST_PICTURE_POINTS = 8.0


class Spot(msgspec.Struct, frozen=True):
    """A page's number and a box on it."""

    page: int
    bbox: BBox


def printed_pages(blocks: Sequence[Block], text: PrintedText) -> tuple[PageContent, ...]:
    """The printed pages with these blocks on them, each unchanged but for its box, in the order in which they came.

    A block that goes over several pages stands on the first, a picture where one is drawn between its neighbours. What is not
    to be found stands where its neighbour does.
    """
    if not text.sheets:
        return ()
    spots = _settled(_with_pictures(blocks, _spots(blocks, text), text), Spot(1, text.sheets[0].box))
    rows: dict[int, list[Block]] = defaultdict(list)
    for block, spot in zip(blocks, spots, strict=True):
        rows[spot.page].append(msgspec.structs.replace(block, bbox=spot.bbox))
    return tuple(
        PageContent(number, sheet.width, sheet.height, _origin(rows[number]), tuple(rows[number]))
        for number, sheet in enumerate(text.sheets, start=1)
    )


def _spots(blocks: Iterable[Block], text: PrintedText) -> list[Spot | None]:
    alignment = Alignment(text.letters)
    found = []
    for block in blocks:
        wanted = _wanted(block)
        place = alignment.place(wanted)
        found.append(None if place is None else _spot(wanted.letters, place, text))
    return found


def _wanted(block: Block) -> Wanted:
    cells = block.table.cells if block.table else ()
    return Wanted(letters(block.text), block.kind is BlockKind.FOOTNOTE, tuple(letters(cell.text) for cell in cells))


def _spot(wanted: str, place: Place, text: PrintedText) -> Spot:
    """The part of the place that is on its first page, without a footer that comes between it and the rest."""
    page = text.page_of(place.start)
    end = min(place.end, text.end_of(page))
    if end < place.end:
        end = min(end, place.start + max(1, alike(wanted, text.letters[place.start : end])))
    return Spot(page, text.box(place.start, end))


def _with_pictures(blocks: Sequence[Block], spots: Sequence[Spot | None], text: PrintedText) -> list[Spot | None]:
    """The spots, and for each picture that has none yet the next one drawn between the blocks around it."""
    found = list(spots)
    taken: set[Spot] = set()
    for index, block in enumerate(blocks):
        if found[index] is None and block.kind is BlockKind.FIGURE:
            before = next((spot for spot in reversed(found[:index]) if spot is not None), None)
            after = next((spot for spot in found[index + 1 :] if spot is not None), None)
            spot = next((one for one in _drawn(before, after, text) if one not in taken), None)
            if spot is not None:
                found[index] = spot
                taken.add(spot)
    return found


def _drawn(before: Spot | None, after: Spot | None, text: PrintedText) -> Iterator[Spot]:
    """The pictures that begin no higher than one spot and end no lower than the other."""
    first, last = before.page if before else 1, after.page if after else len(text.sheets)
    for page in range(first, last + 1):
        for box in text.pictures(page):
            too_high = before is not None and before.page == page and box.bottom < before.bbox.top
            too_low = after is not None and after.page == page and box.top > after.bbox.bottom
            if not too_high and not too_low and min(box.width, box.height) >= SMALLEST_PICTURE_POINTS:
                yield Spot(page, box)


def _settled(spots: Sequence[Spot | None], default: Spot) -> list[Spot]:
    """Each spot that is not known is the one before it, or else the one after it."""
    last = next((spot for spot in spots if spot is not None), default)
    settled = []
    for spot in spots:
        last = spot or last
        settled.append(last)
    return settled


def _origin(blocks: Iterable[Block]) -> TextSource:
    return TextSource.NATIVE if any(block.text for block in blocks) else TextSource.NONE
