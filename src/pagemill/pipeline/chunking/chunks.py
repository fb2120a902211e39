"""Packing pieces into chunks: by length, by headings, with overlap."""

from collections.abc import Iterable, Sequence

from pagemill.domain.document import Chunk, PageBox, Segment, SegmentType
from pagemill.domain.options import Options
from pagemill.pipeline.chunking.groups import grouped
from pagemill.pipeline.chunking.lengths import Measure, fits, measure_for
from pagemill.pipeline.chunking.pieces import SEPARATOR, Cutter, Piece
from pagemill.pipeline.chunking.splitting import tail_of
from pagemill.pipeline.scripts import UNSPACED

HEADINGS = frozenset({SegmentType.TITLE, SegmentType.SECTION_HEADER})
_LEFT_OUT = frozenset({SegmentType.PAGE_HEADER, SegmentType.PAGE_FOOTER})
_BELOW_ALL_HEADINGS = 7


def chunks_of(segments: Sequence[Segment], options: Options) -> tuple[Chunk, ...]:
    """The chunks of a document, in order.

    None is empty, and none is longer than the target unless a single character is. A heading of the same or a higher
    level than the section it ends starts a new chunk, and no chunk ends with a heading that has text below it. Captions
    stay with their table or picture; long tables are cut between rows and repeat their header; long text is cut at
    sentence ends, else between words. Overlap repeats the end of the chunk before, where only length parted the two.
    """
    cutter = Cutter(measure_for(options.chunks.unit), options.segments)
    packer = _Packer(cutter.measure, options.chunks.target, options.chunks.overlap)
    body = [segment for segment in segments if segment.type not in _LEFT_OUT]
    for group in grouped(body) if options.chunks.target else [(segment,) for segment in body]:
        if cutter.whole(group).text:
            packer.add_group(group, cutter)
    return packer.finished()


class _Packer:
    """The chunks made so far and the pieces of the one that is open."""

    def __init__(self, measure: Measure, target: int, overlap: int) -> None:
        self._measure, self._target, self._overlap = measure, target, overlap
        self._gap = measure(SEPARATOR)
        self._chunks: list[Chunk] = []
        self._path: list[Segment] = []
        self._open: list[Piece] = []
        self._open_path: tuple[str, ...] = ()

    def add_group(self, group: Sequence[Segment], cutter: Cutter) -> None:
        """Adds segments that belong together, cut if they are too long for a chunk."""
        if group[0].type in HEADINGS:
            self._enter_section(group[0])
        if not self._target:
            self._append(cutter.whole(group))
            self._close()
            return
        for piece in cutter.pieces(group, self._room()):
            self._add(piece)

    def finished(self) -> tuple[Chunk, ...]:
        """Closes the open chunk and returns all of them."""
        self._close()
        return tuple(self._chunks)

    def _enter_section(self, heading: Segment) -> None:
        level = self._path[-1].level if self._path else _BELOW_ALL_HEADINGS
        if heading.level <= level and not self._only_headings():
            self._close()
        self._path = [*(one for one in self._path if one.level < heading.level), heading]

    def _room(self) -> int:
        """How long the pieces of a cut group may be: beside headings that wait for text, and beside the overlap."""
        waiting = self._length() + self._gap if self._open and self._only_headings() else 0
        overlap = self._overlap + self._gap if self._overlap else 0
        room = self._target - max(waiting, overlap)
        return room if 2 * room >= self._target else self._target

    def _add(self, piece: Piece) -> None:
        if self._open and not self._has_room_for(piece):
            self._part_for(piece)
        self._append(piece)

    def _append(self, piece: Piece) -> None:
        if self._only_headings():
            self._open_path = tuple(segment.text for segment in self._path)
        self._open.append(piece)

    def _part_for(self, piece: Piece) -> None:
        """Closes the chunk before this piece. Headings at its end go along, otherwise the overlap does."""
        kept = list(self._open)
        waiting: list[Piece] = []
        while kept and kept[-1].type in HEADINGS:
            waiting.insert(0, kept.pop())
        if waiting and not kept:
            waiting = []
        if waiting:
            self._open = kept
        before = self._open[-1]
        self._close()
        self._open = waiting or self._repeated(before, piece)
        if not self._has_room_for(piece):
            self._close() if waiting else self._open.clear()

    def _repeated(self, before: Piece, piece: Piece) -> list[Piece]:
        if not self._overlap or not before.is_prose or piece.type in HEADINGS:
            return []
        tail = tail_of(before.text, self._overlap, self._measure)
        return [Piece(tail, self._measure(tail), before.segments)] if tail else []

    def _close(self) -> None:
        if self._open:
            text = _joined(self._open)
            number = len(self._chunks) + 1
            self._chunks.append(_chunk(number, text, self._measure(text), self._open, self._open_path))
            self._open = []

    def _only_headings(self) -> bool:
        return all(piece.type in HEADINGS for piece in self._open)

    def _length(self) -> int:
        return sum(piece.length for piece in self._open) + self._gap * max(0, len(self._open) - 1)

    def _has_room_for(self, piece: Piece) -> bool:
        if not self._open:
            return True
        estimate = self._length() + self._gap + piece.length
        return fits(estimate, self._target, lambda: _joined([*self._open, piece]), self._measure)


def _joined(pieces: Iterable[Piece]) -> str:
    """The pieces with an empty line between them, but for items of one list and parts of one paragraph."""
    text = ""
    previous: Piece | None = None
    for piece in pieces:
        text += (_between(previous, piece) if previous else "") + piece.text
        previous = piece
    return text.lstrip(" ")  # an item of an inner list would be code without its outer one


def _between(previous: Piece, piece: Piece) -> str:
    if previous.segments == piece.segments and piece.is_prose:
        return "" if UNSPACED.fullmatch(previous.text[-1]) else " "
    return "\n" if previous.type is piece.type is SegmentType.LIST_ITEM else SEPARATOR


def _chunk(number: int, text: str, length: int, pieces: Sequence[Piece], path: tuple[str, ...]) -> Chunk:
    segments = {segment.id: segment for piece in pieces for segment in piece.segments}
    boxes = tuple(PageBox(one.page, one.bbox) for one in segments.values() if one.bbox.area)
    pages = tuple(sorted({segment.page for segment in segments.values()}))
    return Chunk(f"chunk_{number}", text, length, tuple(segments), pages, path, boxes)
