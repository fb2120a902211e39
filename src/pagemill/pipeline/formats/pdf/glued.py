"""Paragraphs that liteparse glued together, parted where their lines say so, and entries of hanging lists made whole."""

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from statistics import median_low

import msgspec
from msgspec.structs import replace

from pagemill.domain.document import Block, BlockKind
from pagemill.pipeline.formats.pdf.hanging import hanging_margin
from pagemill.pipeline.formats.pdf.lines import LEADER, Line, box_around, pitches, words_of
from pagemill.pipeline.formats.pdf.runs import mostly, type_size
from pagemill.pipeline.formats.pdf.text import clean, joined_text

_WIDE = 1.3  # of the usual pitch: a new paragraph after a full stop
_VERY_WIDE = 1.75  # of the usual pitch: a new paragraph anyway
_LEAST_INDENT = 0.8  # of the type's size
_MOST_INDENT = 5.0
_AT_MARGIN = 0.3
_LONGEST_MARK = 4  # "12." and "B)" end no sentence
_ANCHOR_CHARACTERS = 40
_NEAR_CHARACTERS = 20
_SENTENCE_END = re.compile(r"[.!?:。！？]['\"”’)\]]*$")


class Part(msgspec.Struct, frozen=True):
    """A block of a page, and the lines it was made of."""

    block: Block
    lines: tuple[Line, ...]


def parted(pairs: Sequence[tuple[Block, Sequence[Line]]]) -> list[Block]:
    """The blocks of a page, made of these lines, a paragraph of them for each that can be told apart by its place."""
    given = [Part(block, tuple(lines) if _is_prose(block) else ()) for block, lines in pairs]
    usual = _usual_pitches(given)
    blocks: list[Block] = []
    for group in _neighbours(given, usual):
        whole_list = _entries(group, usual)
        pieces = [] if whole_list else [piece for part in group for piece in _pieces(part, usual)]
        for some in _neighbours(pieces, usual):
            blocks.extend(_entries(some, usual) or [part.block for part in some])
        blocks.extend(whole_list)
    return blocks


def _is_prose(block: Block) -> bool:
    return block.kind is BlockKind.PARAGRAPH


def _usual_pitches(parts: Sequence[Part]) -> dict[float, float]:
    """The distance between lines that is usual on the page for each size of type."""
    found: dict[float, list[float]] = defaultdict(list)
    for part in parts:
        for line, pitch in zip(part.lines, pitches(part.lines), strict=False):
            if pitch > 0.5 * line.size:
                found[line.size].append(pitch)
    return {size: median_low(each) for size, each in found.items() if len(each) >= 3}


def _neighbours(parts: Sequence[Part], usual: dict[float, float]) -> list[list[Part]]:
    """The parts, those together that go on in the same type and column at the usual distance."""
    groups: list[list[Part]] = []
    for part in parts:
        if groups and groups[-1][-1].lines and part.lines and _goes_on(groups[-1][-1], part, usual):
            groups[-1].append(part)
        else:
            groups.append([part])
    return groups


def _goes_on(above: Part, below: Part, usual: dict[float, float]) -> bool:
    last, first = above.lines[-1], below.lines[0]
    if (
        above.block.font_size != below.block.font_size
        or first.box.left > last.box.right
        or first.box.right < last.box.left
    ):
        return False
    return 0 < first.middle - last.middle <= _WIDE * usual.get(first.size, 1.2 * first.size)


def _entries(group: Sequence[Part], usual: dict[float, float]) -> list[Block]:
    """The blocks of a hanging list, none if it is not one: what does not begin at the margin belongs to the entry before."""
    margin = hanging_margin([line for part in group for line in part.lines])
    if margin is None:
        return []
    blocks: list[Block] = []
    for part in group:
        at_margin = [line.box.left <= margin + _AT_MARGIN * line.size for line in part.lines]
        begins = [
            i for i, yes in enumerate(at_margin) if i and (yes or _is_far(part.lines[i - 1], part.lines[i], usual))
        ]
        pieces = [piece.block for piece in _cut(part, begins)]
        if blocks and not at_margin[0]:
            pieces[0] = whole(blocks.pop(), pieces[0])
        blocks.extend(pieces)
    return blocks


def _is_far(above: Line, line: Line, usual: dict[float, float]) -> bool:
    """Whether much more than the usual distance is left between the lines."""
    pitch = usual.get(line.size) or usual.get(above.size)
    return pitch is not None and line.middle - above.middle > _VERY_WIDE * pitch


def whole(first: Block, second: Block) -> Block:
    """Both as one block, of the first one's kind and type."""
    box = first.bbox.union(second.bbox)
    return replace(first, text=joined_text(first.text, second.text), bbox=box, words=first.words + second.words)


def _pieces(part: Part, usual: dict[float, float]) -> list[Part]:
    lines = part.lines
    if len(lines) < 2 or len(lines) != len({round(line.middle) for line in lines}):
        return [part]
    starts = [index for index in range(1, len(lines)) if _starts(lines, index, usual)]
    return _cut(part, starts) if starts else [part]


def _starts(lines: Sequence[Line], index: int, usual: dict[float, float]) -> bool:
    """Whether a paragraph plainly begins with this line."""
    above, line = lines[index - 1], lines[index]
    if LEADER.search(above.text):
        return True
    pitch = usual.get(line.size) or usual.get(above.size)
    if pitch is None:
        return False
    if _is_far(above, line, usual):
        return True
    ended = _ends_sentence(above) and not line.text[:1].islower()
    return ended and (line.middle - above.middle > _WIDE * pitch or _is_indented(lines, index))


def _ends_sentence(line: Line) -> bool:
    return len(line.text) > _LONGEST_MARK and _SENTENCE_END.search(line.text) is not None


def _is_indented(lines: Sequence[Line], index: int) -> bool:
    """Whether the line is set in, while most lines and those beside it stand at the margin."""
    size = lines[index].size
    margin = median_low([line.box.left for line in lines])
    at_margin = [abs(line.box.left - margin) <= _AT_MARGIN * size for line in lines]
    indent = lines[index].box.left - margin
    beside = at_margin[index - 1] and (index + 1 == len(lines) or at_margin[index + 1])
    return beside and _LEAST_INDENT * size <= indent <= _MOST_INDENT * size and 2 * sum(at_margin) > len(lines)


def _cut(part: Part, starts: Sequence[int]) -> list[Part]:
    """The block, cut before these lines, wherever its text plainly has the line's beginning after the last cut."""
    cuts: list[tuple[int, int]] = []
    for start in starts:
        expected = sum(len(line.text) + 1 for line in part.lines[:start])
        position = _position(part.block.text, _anchor(part.lines[start]), cuts[-1][1] if cuts else 0, expected)
        if position:
            cuts.append((start, position))
    edges = [(0, 0), *cuts, (len(part.lines), len(part.block.text))]
    return [_piece(part, here, there) for here, there in pairwise(edges)] if cuts else [part]


def _anchor(line: Line) -> str:
    """The first words of the line, as they stand in a block's text."""
    text = clean(line.text)
    return text if len(text) <= _ANCHOR_CHARACTERS else text[:_ANCHOR_CHARACTERS].rpartition(" ")[0] or text


def _position(text: str, anchor: str, after: int, expected: int) -> int:
    """Where the anchor begins a word after that place: the only time, or else about where it is expected. 0 if nowhere."""
    found = [match.start() + 1 for match in re.finditer(re.escape(f" {anchor}"), text) if match.start() >= after]
    if len(found) == 1:
        return found[0]
    best = min(found, key=lambda position: abs(position - expected), default=0)
    return best if abs(best - expected) <= _NEAR_CHARACTERS else 0


def _piece(part: Part, here: tuple[int, int], there: tuple[int, int]) -> Part:
    lines = part.lines[here[0] : there[0]]
    runs = [run for line in lines for run in line.runs]
    block = replace(
        part.block,
        text=part.block.text[here[1] : there[1]].strip(),
        bbox=box_around(line.box for line in lines),
        font_size=type_size(runs),
        bold=mostly(runs, [run.bold for run in runs]),
        words=words_of(runs),
    )
    return Part(block, lines)
