"""Cutting a text that is too long: at line ends, else sentence ends, else between words, else between characters."""

import re
from collections.abc import Iterator

from pagemill.pipeline.chunking.lengths import WORD, Measure, fits

_LINE = re.compile(r"\n*[^\n]+|\n+")
SENTENCE = re.compile(
    r"\s*\S.*?(?:[.!?…]+[\"'”’»)\]]*(?=\s)|(?:[。｡！？；]|．(?![0-9０-９]))+[」』”’》）】]*|$)", re.DOTALL
)
"""A sentence with the space before it, up to its full stop and closing quotes."""

_CUTS = (_LINE, SENTENCE, WORD)


def split_text(text: str, limit: int, measure: Measure) -> list[str]:
    """The text in pieces no longer than `limit`, but for single characters that are. Only spaces at the cuts are lost."""
    pieces = (piece.strip("\n") for piece in _split(text, max(1, limit), measure, 0))
    return [piece for piece in pieces if piece.strip()]


def tail_of(text: str, limit: int, measure: Measure) -> str:
    """The end of the text, at most `limit` long: whole sentences if one fits, else whole words, else nothing."""
    words = [match.group() for match in WORD.finditer(text)]
    start, length = len(words), 0
    while start and length + measure(words[start - 1]) <= limit:
        start -= 1
        length += measure(words[start])
    tail = "".join(words[start:]).strip()
    if start:
        sentences = SENTENCE.findall(text)
        whole = _longest_end(sentences, len(tail))
        tail = whole or tail
    return tail if measure(tail) <= limit else ""


def _longest_end(sentences: list[str], most_characters: int) -> str:
    end = ""
    for sentence in reversed(sentences):
        if len((sentence + end).strip()) > most_characters:
            break
        end = sentence + end
    return end.strip()


def _split(text: str, limit: int, measure: Measure, depth: int) -> Iterator[str]:
    if measure(text.strip()) <= limit:
        yield text
    elif depth == len(_CUTS):
        yield from _slices(text.strip(), limit, measure)
    else:
        parts = [match.group() for match in _CUTS[depth].finditer(text)]
        yield from _packed(parts, limit, measure, depth)


def _packed(parts: list[str], limit: int, measure: Measure, depth: int) -> Iterator[str]:
    """Neighbouring parts together as long as they fit; a part that is too long alone is cut more finely."""
    current, length = "", 0
    for part in parts:
        added = measure(part)
        longer = current + part
        if current and fits(length + added, limit, longer.strip, measure):
            current, length = longer, length + added
            continue
        if current:
            yield current
        current, length = "", 0
        if measure(part.strip()) > limit:
            yield from _split(part, limit, measure, depth + 1)
        else:
            current, length = part, added
    if current:
        yield current


def _slices(text: str, limit: int, measure: Measure) -> Iterator[str]:
    start = 0
    while start < len(text):
        count = min(limit, len(text) - start)
        while count > 1 and measure(text[start : start + count]) > limit:
            count = count // 2
        yield text[start : start + count]
        start += count
