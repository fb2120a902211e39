"""A group of segments as pieces that each fit a chunk."""

from collections.abc import Sequence

import msgspec

from pagemill.domain.document import Segment, SegmentType
from pagemill.domain.options import Format, SegmentOptions
from pagemill.pipeline.chunking.lengths import Measure
from pagemill.pipeline.chunking.splitting import split_text
from pagemill.pipeline.chunking.table_cuts import cut_table
from pagemill.pipeline.render.segment import content, is_code, rewritten

SEPARATOR = "\n\n"
_PROSE = frozenset({SegmentType.TEXT, SegmentType.LIST_ITEM, SegmentType.PAGE})
_MARKDOWN = SegmentOptions()


class Piece(msgspec.Struct, frozen=True):
    """Text that goes into a chunk as a whole, its length, and the segments that it comes from."""

    text: str
    length: int
    segments: tuple[Segment, ...]

    @property
    def type(self) -> SegmentType:
        """The type of the (first) segment."""
        return self.segments[0].type

    @property
    def is_prose(self) -> bool:
        """Whether it is running text, which may be cut and continued anywhere."""
        return self.type in _PROSE and not is_code(self.segments[0])


class Cutter(msgspec.Struct, frozen=True):
    """Writes segments in the formats asked for and cuts what is too long."""

    measure: Measure
    formats: dict[SegmentType, SegmentOptions]

    def whole(self, group: Sequence[Segment]) -> Piece:
        """The group in one piece, however long."""
        text = SEPARATOR.join(text for text in map(self._content, group) if text)
        return Piece(text, self.measure(text), tuple(group))

    def pieces(self, group: Sequence[Segment], limit: int) -> list[Piece]:
        """The group in pieces of at most `limit`, or as little more as a single character allows.

        A caption stays with the first piece of its table, or with the last, if it is not longer than half the limit.
        """
        whole = self.whole(group)
        if whole.length <= limit:
            return [whole]
        if len(group) == 1:
            return self._cut(group[0], limit)
        lengths = [self.measure(self._content(segment)) for segment in group]
        rest = limit - min(lengths) - self.measure(SEPARATOR)
        if 2 * min(lengths) > limit:
            return [piece for segment in group for piece in self._cut(segment, limit)]
        return self._with_neighbour([self._cut(segment, rest) for segment in group])

    def _with_neighbour(self, cuts: list[list[Piece]]) -> list[Piece]:
        before, after = cuts
        text = f"{before[-1].text}{SEPARATOR}{after[0].text}"
        met = Piece(text, self.measure(text), before[-1].segments + after[0].segments)
        return [*before[:-1], met, *after[1:]]

    def _content(self, segment: Segment) -> str:
        if segment.type is SegmentType.PICTURE and not segment.text:
            return ""
        return content(segment, self._format(segment)).strip("\n")

    def _format(self, segment: Segment) -> Format:
        return self.formats.get(segment.type, _MARKDOWN).format

    def _cut(self, segment: Segment, limit: int) -> list[Piece]:
        text = self._content(segment)
        length = self.measure(text)
        if length <= limit:
            return [Piece(text, length, (segment,))]
        if segment.table:
            texts = cut_table(segment.table, self._format(segment), limit, self.measure)
        else:
            texts = self._plain_texts(segment, limit)
        return [Piece(text, self.measure(text), (segment,)) for text in texts]

    def _plain_texts(self, segment: Segment, limit: int) -> list[str]:
        """The segment's text cut, each part written as the whole would be if there is room for the markup."""
        markup = self.measure(self._content(rewritten(segment, "x"))) - self.measure("x")
        cuts = split_text(segment.text, limit - markup, self.measure)
        parts = cuts if is_code(segment) else [cut.strip() for cut in cuts]
        written = [self._content(rewritten(segment, part)) for part in parts]
        if max(map(self.measure, written)) <= limit:
            return written
        return split_text(segment.text, limit, self.measure)
