"""Lists whose entries begin at the margin and go on indented: bibliographies, glossaries, indexes."""

import re
from collections.abc import Sequence
from itertools import pairwise

from pagemill.pipeline.formats.pdf.lines import Line

_LEAST_LINES = 6
_LEAST_INDENT = 0.8  # of the type's size
_MOST_INDENT = 6.0
_ALIGNED = 0.3
_SHARES = (0.2, 0.75)
_MOST_ENDED = 0.5
_LEAST_FILLED = 4
_SENTENCE_END = re.compile(r"[.!?:]['\"”’)\]]*$")


def hanging_margin(lines: Sequence[Line]) -> float | None:
    """The x, in points, at which the entries of a hanging list begin; None if the lines are none.

    Its other lines all stand at one indent, and most of them go on with a sentence; entries of one line do not fill it.
    """
    if len(lines) < _LEAST_LINES:
        return None
    margin = min(line.box.left for line in lines)
    size = lines[0].size
    edge = margin + _ALIGNED * size
    indented = [line for line in lines if line.box.left > edge]
    share = len(indented) / len(lines)
    if not _SHARES[0] <= share <= _SHARES[1] or not _is_one_indent(indented, margin, size):
        return None
    if _is_filled([above for above, below in pairwise(lines) if max(above.box.left, below.box.left) <= edge], lines):
        return None
    before = [above for above, below in pairwise(lines) if below.box.left > edge]
    ended = sum(_SENTENCE_END.search(line.text) is not None for line in before)
    return margin if ended <= _MOST_ENDED * len(before) else None


def _is_filled(entries: Sequence[Line], lines: Sequence[Line]) -> bool:
    """Whether most lines that are followed by another at the margin go to the right edge: prose, not entries of one line."""
    right = max(line.box.right for line in lines)
    filled = sum(line.box.right > right - 2 * line.size for line in entries)
    return filled >= _LEAST_FILLED and 2 * filled > len(entries)


def _is_one_indent(lines: Sequence[Line], margin: float, size: float) -> bool:
    first = min(line.box.left for line in lines)
    at_first = sum(line.box.left <= first + _ALIGNED * size for line in lines)
    return _LEAST_INDENT * size <= first - margin <= _MOST_INDENT * size and at_first >= 0.9 * len(lines)
