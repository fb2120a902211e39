"""The order in which the shapes of a slide are read."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from pagemill.domain.document import BBox

_LEAST_GAP_POINTS = -2.0  # boxes are a little larger than what is in them
_MOST_CUTS = 200

Placed = TypeVar("Placed")


def in_reading_order(shapes: Sequence[Placed], box_of: Callable[[Placed], BBox]) -> list[Placed]:
    """Cut again and again where the gap is widest: into rows from top to bottom, or into columns from left to right.

    What no straight cut parts goes by its top, then by its left edge.
    """
    pending = [list(shapes)]
    ordered: list[Placed] = []
    cuts = 0
    while pending:
        group = pending.pop()
        parts = _cut(group, box_of) if len(group) > 1 and cuts < _MOST_CUTS else None
        if parts is None:
            ordered.extend(sorted(group, key=lambda shape: (round(box_of(shape).top), box_of(shape).left)))
        else:
            cuts += 1
            pending.extend(reversed(parts))
    return ordered


def _cut(group: list[Placed], box_of: Callable[[Placed], BBox]) -> tuple[list[Placed], list[Placed]] | None:
    rows = _widest(group, lambda shape: (box_of(shape).top, box_of(shape).bottom))
    columns = _widest(group, lambda shape: (box_of(shape).left, box_of(shape).right))
    if rows is not None and (columns is None or rows[0] >= columns[0]):
        return rows[1]
    return columns[1] if columns is not None else None


def _widest(
    group: list[Placed], edges: Callable[[Placed], tuple[float, float]]
) -> tuple[float, tuple[list[Placed], list[Placed]]] | None:
    """The widest gap along one axis, and the shapes before and after it; an overlap of two points is none."""
    ordered = sorted(group, key=edges)
    best: tuple[float, int] | None = None
    end = edges(ordered[0])[1]
    for index, shape in enumerate(ordered[1:], start=1):
        start, stop = edges(shape)
        if best is None or start - end > best[0]:
            best = (start - end, index)
        end = max(end, stop)
    if best is None or best[0] < _LEAST_GAP_POINTS:
        return None
    return best[0], (ordered[: best[1]], ordered[best[1] :])
