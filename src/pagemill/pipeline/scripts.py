"""Scripts that are written without spaces between words: Chinese and Japanese. Korean has spaces."""

import re

UNSPACED_RANGES = (
    "\u2e80-\u2fff\u3001-\u303f\u3040-\u30ff\u31f0-\u31ff\u3200-\u33ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f"
    "\uff01-\uff9f\uffe0-\uffe6\U00020000-\U0003134f"
)
"""Their characters and punctuation, as the inside of a character class."""

UNSPACED = re.compile(f"[{UNSPACED_RANGES}]")
"""A character of a script that is written without spaces."""

_NEUTRAL = '“”‘’…—·"'  # punctuation that these scripts share with others
_EITHER = f"{UNSPACED_RANGES}{_NEUTRAL}"
_BETWEEN = rf"(?:(?<=[{UNSPACED_RANGES}]){{gap}}(?=[{_EITHER}])|(?<=[{_NEUTRAL}]){{gap}}(?=[{UNSPACED_RANGES}]))"
_LINE_END = re.compile(_BETWEEN.format(gap=r"[^\S\n]*\n[^\S\n]*"))


def unwrapped(text: str) -> str:
    """The text in one line: line ends become spaces, but nothing between characters that are written without."""
    return _LINE_END.sub("", text).replace("\n", " ")


def joined_lines(before: str, after: str) -> str:
    """Two lines as one; line ends within them stay."""
    return f"{before[:-1]}{unwrapped(f'{before[-1:]}{chr(10)}{after[:1]}')}{after[1:]}"
