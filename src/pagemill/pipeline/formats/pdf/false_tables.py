"""Text that liteparse took for a table because its lines happen to have gaps, or because labels stand beside it."""

import re
from collections.abc import Sequence
from itertools import pairwise

from pagemill.domain.document import Table
from pagemill.pipeline.formats.pdf.columns import parts_of
from pagemill.pipeline.formats.pdf.lines import Line, box_around

_REPEATED = 1.2
_GAP = 1.0  # of the type's size: less parts words, not columns
_ACROSS = 0.7
_SENTENCE_END = re.compile(r"[.!?:;]['\"”’)]?$")
_PROSE_CHARACTERS = 25
_NOT_A_LETTER = re.compile(r"[\W_]+")


def is_text(table: Table, lines: Sequence[Line]) -> bool:
    """Whether what was taken for this table, standing in these lines, is running text."""
    if not lines or table.row_count < 2 or table.column_count < 2:
        return False
    return _repeats(table, lines) or _is_crossed(lines) or _is_prose_beside_labels(table)


def _repeats(table: Table, lines: Sequence[Line]) -> bool:
    """Whether the cells say the same text more than once."""
    letters = sum(len(_letters(run.text)) for line in lines for run in line.runs)
    return letters > 0 and sum(len(_letters(cell.text)) for cell in table.cells) > _REPEATED * letters


def _is_crossed(lines: Sequence[Line]) -> bool:
    """Whether most lines that go across the table have nothing but spaces between words in them."""
    box = box_around(line.box for line in lines)
    across = [
        line for line in lines if line.box.left <= box.left + 2 * line.size and line.box.width >= _ACROSS * box.width
    ]
    unbroken = sum(len(parts_of(line, _GAP)) == 1 for line in across)
    return unbroken >= 2 and 2 * unbroken > len(lines)


def _is_prose_beside_labels(table: Table) -> bool:
    """Whether in each row of two columns the second goes on with the sentence of the row above."""
    if table.column_count != 2:
        return False
    second = [cell.text for cell in table.cells if cell.column == 1]
    torn = [_is_torn(above, below) for above, below in pairwise(second)]
    return None not in torn and 2 * sum(map(bool, torn)) >= len(torn)


def _is_torn(above: str, below: str) -> bool | None:
    """Whether a sentence plainly goes on; None where it plainly does not."""
    if not below or len(above) < _PROSE_CHARACTERS or _SENTENCE_END.search(above):
        return None
    return below[:1].islower()


def _letters(text: str) -> str:
    return _NOT_A_LETTER.sub("", text)
