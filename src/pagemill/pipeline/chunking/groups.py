"""Segments that belong together: a caption and its table or picture."""

from collections.abc import Sequence

from pagemill.domain.document import Segment, SegmentType

_SHOWN = frozenset({SegmentType.TABLE, SegmentType.PICTURE})


def grouped(segments: Sequence[Segment]) -> list[tuple[Segment, ...]]:
    """The segments in order, each caption together with the table or picture beside it.

    Between two of them a caption goes with the picture before it, or with the table after it, as is the custom.
    """
    groups: list[tuple[Segment, ...]] = []
    index = 0
    while index < len(segments):
        one = segments[index]
        other = segments[index + 1] if index + 1 < len(segments) else None
        after = segments[index + 2] if index + 2 < len(segments) else None
        if other is not None and _belong(one, other, after):
            groups.append((one, other))
            index += 2
        else:
            groups.append((one,))
            index += 1
    return groups


def _belong(one: Segment, other: Segment, after: Segment | None) -> bool:
    if one.page != other.page:
        return False
    if one.type is SegmentType.CAPTION:
        return other.type in _SHOWN
    if one.type not in _SHOWN or other.type is not SegmentType.CAPTION:
        return False
    contested = one.type is SegmentType.TABLE and after is not None and after.type is SegmentType.TABLE
    return not contested
