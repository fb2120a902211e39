"""How long a text is, in the unit that the options name."""

import re
from collections.abc import Callable

from pagemill.domain.options import ChunkUnit
from pagemill.pipeline.scripts import UNSPACED_RANGES

Measure = Callable[[str], int]
"""The length of a text; never less for a longer one, but for a token or two where pieces meet."""

WORD = re.compile(rf"\s*(?:[{UNSPACED_RANGES}]|[^\s{UNSPACED_RANGES}]+)")
"""A word with the space before it: what stands between spaces, or one character of a script that writes none."""

_CLOSE = 8
_NO_LIMIT = 2**31


def measure_for(unit: ChunkUnit) -> Measure:
    """The measure of this unit. Tokens are those of cl100k_base, from an installed package and without network."""
    if unit is ChunkUnit.CHARACTERS:
        return len
    return _words if unit is ChunkUnit.WORDS else _tokens


def fits(estimate: int, limit: int, text: Callable[[], str], measure: Measure) -> bool:
    """Whether a text is within the limit: by its estimated length when that is clear, else by measuring it.

    Lengths of pieces add up exactly in words and characters, and nearly so in tokens.
    """
    if abs(limit - estimate) > _CLOSE:
        return estimate <= limit
    return measure(text()) <= limit


def _words(text: str) -> int:
    return sum(1 for _ in WORD.finditer(text))


def _tokens(text: str) -> int:
    from toktok import truncate

    # batch_count starts a pool of threads for each call, which costs more than counting a sentence.
    return int(truncate(text, _NO_LIMIT, "cl100k_base")[1])
