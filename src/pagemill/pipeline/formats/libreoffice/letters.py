"""Text as its letters and digits alone: what is the same in a file and on its printed page, however lines and spaces fall."""

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=4096)
def letters_of(character: str) -> str:
    """The letters and digits that a character stands for, in small: none for a space or a sign, two for a ligature."""
    plain = unicodedata.normalize("NFKC", character).casefold()
    return "".join(one for one in plain if one.isalnum())


def letters(text: str) -> str:
    """The letters and digits of the text."""
    return "".join(map(letters_of, text))
