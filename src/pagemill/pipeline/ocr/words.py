"""Which characters of a line make a word. Scripts without spaces are cut into runs: at punctuation and other scripts."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from pagemill.pipeline.ocr.ctc import Glyph


class Script(Enum):
    """How a character joins its neighbours."""

    SPACED = "words are separated by spaces"
    UNSPACED = "words are not separated"
    NEUTRAL = "digits and signs stay with what is before them"


@dataclass(frozen=True)
class Token:
    """A word of a line: its text, its mean confidence (0-1), and the time steps of its first and last character.

    `spaced` says that a space was recognised before it.
    """

    text: str
    confidence: float
    first_step: float
    last_step: float
    spaced: bool = False


def tokens(glyphs: Iterable[Glyph]) -> list[Token]:
    """The words of a line, in the order of its characters."""
    runs: list[list[Glyph]] = [[]]
    spaced: set[int] = set()
    for glyph in glyphs:
        if glyph.text.isspace():
            spaced.add(len(runs))
            runs.append([])
        elif _starts_word(runs[-1], glyph):
            runs.append([glyph])
        else:
            runs[-1].append(glyph)
    return [_token(run, number in spaced) for number, run in enumerate(runs) if run]


def script_of(character: str) -> Script:
    """The way a character joins its neighbours. Hangul is written with spaces, Han and Kana are not."""
    code = ord(character[0])
    if 0x2E80 <= code <= 0xA4CF or 0xF900 <= code <= 0xFAFF or 0xFF00 <= code <= 0xFFEF or code >= 0x20000:
        return Script.UNSPACED
    return Script.SPACED if character.isalpha() else Script.NEUTRAL


def _starts_word(run: list[Glyph], glyph: Glyph) -> bool:
    if not run:
        return False
    last, script = run[-1].text, script_of(glyph.text)
    if script_of(last) is Script.UNSPACED and not last.isalnum():
        return glyph.text.isalnum()
    scripts = [script_of(before.text) for before in run]
    joined = next((before for before in reversed(scripts) if before is not Script.NEUTRAL), script)
    return script is not Script.NEUTRAL and script is not joined


def _token(run: list[Glyph], spaced: bool) -> Token:
    confidence = sum(glyph.confidence for glyph in run) / len(run)
    return Token("".join(glyph.text for glyph in run), confidence, run[0].step, run[-1].step, spaced)
