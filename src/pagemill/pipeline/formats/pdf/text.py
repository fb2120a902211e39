"""From liteparse's inline Markdown to plain text."""

import re

_MARKUP = re.compile(r"\\([!-/:-@\[-`{-~])|\*+|~~")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\ufeff\ufffe\uffff\ud800-\udfff]+")
_SPACES = re.compile(r"\s+")
_CUT_WORD = re.compile(r"([a-zà-ÿ])- (?!(?:and|or|to|und|oder|bis|et|ou|y|o)\b)([a-zà-ÿ])")
_LETTER = re.compile(r"[^\W\d_]")
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_RIGHT_TO_LEFT_SHARE = 0.3
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}  # U+FB00 to U+FB06
)


def is_right_to_left(text: str) -> bool:
    """Whether a good part of the letters are Arabic, Hebrew or of another script that runs from right to left."""
    if text.isascii():
        return False
    letters = len(_LETTER.findall(text))
    return letters > 0 and len(_RIGHT_TO_LEFT.findall(text)) >= _RIGHT_TO_LEFT_SHARE * letters


def plain(markdown: str) -> str:
    """The text without emphasis and escapes, in one line. liteparse escapes every `*` that is meant."""
    return clean(_MARKUP.sub(lambda match: match.group(1) or "", markdown))


def unhyphenated(text: str) -> str:
    """The text with words joined that a line end has cut; "pre- and post-war" stays as it is."""
    return _CUT_WORD.sub(r"\1\2", text)


def joined_text(first: str, second: str) -> str:
    """Both as one text: a hyphen between small letters is a cut word, one between figures a range."""
    if first.endswith("-") and first[-2:-1].isdigit() and second[:1].isdigit():
        return first + second
    cut = first.endswith("-") and first[-2:-1].islower() and second[:1].islower()
    return first[:-1] + second if cut else f"{first} {second}"


def clean(text: str) -> str:
    """The text in one line, without control characters and ligatures."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()  # most words, of which a page has hundreds
    return _SPACES.sub(" ", _CONTROLS.sub(" ", text)).strip().translate(_LIGATURES)


def clean_line(text: str) -> str:
    """A line of code: its own spaces stay."""
    return _CONTROLS.sub(" ", text.replace("\t", "    ")).rstrip().translate(_LIGATURES)
