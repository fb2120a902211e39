"""Pages whose text lies on its side or upside down."""

from collections.abc import Iterable

_MOST = 0.7


def leaning(texts: Iterable[tuple[int, int]]) -> int:
    """By how many degrees clockwise (0, 90, 180, 270) most of a page's text is turned, from pairs of angle and length.

    0 unless more than 70 % of it is turned by the same right angle.
    """
    lengths: dict[int, int] = {}
    for angle, length in texts:
        lengths[angle % 360] = lengths.get(angle % 360, 0) + length
    angle = max((90, 180, 270), key=lambda turn: lengths.get(turn, 0))
    return angle if lengths.get(angle, 0) > _MOST * sum(lengths.values()) else 0
