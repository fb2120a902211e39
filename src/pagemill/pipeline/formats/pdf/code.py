"""Program text, whose indents liteparse leaves out."""

from collections.abc import Sequence
from statistics import median

from pagemill.pipeline.formats.pdf.lines import Line, lines_of
from pagemill.pipeline.formats.pdf.runs import Run

_LEAST_CHARACTERS = 3


def code_text(texts: Sequence[str], runs: Sequence[Run]) -> str:
    """The lines of code, each set in as far as the page shows it, if the page shows as many lines."""
    lines = lines_of(runs)
    widths = [run.box.width / len(run.text) for run in runs if len(run.text) >= _LEAST_CHARACTERS]
    if len(lines) != len(texts) or not widths or median(widths) <= 0:
        return "\n".join(texts)
    return "\n".join(
        indent + text.lstrip() for text, indent in zip(texts, _indents(lines, median(widths)), strict=True)
    )


def _indents(lines: Sequence[Line], letter_width: float) -> list[str]:
    margin = min(line.box.left for line in lines)
    return [" " * round((line.box.left - margin) / letter_width) for line in lines]
