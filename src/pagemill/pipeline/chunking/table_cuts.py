"""Cutting a table between its rows."""

from pagemill.domain.document import Table
from pagemill.domain.options import Format
from pagemill.pipeline.chunking.lengths import Measure, fits
from pagemill.pipeline.chunking.splitting import split_text
from pagemill.pipeline.render.tables import header_rows, joined_rows, written_rows


def cut_table(table: Table, form: Format, limit: int, measure: Measure) -> list[str]:
    """The table in pieces of at most `limit`, each a table with the header rows on top.

    A header longer than half the limit is not repeated, and a row that is too long for a piece is cut as text.
    """
    rows = written_rows(table, form)
    heads = [rows[index] for index in header_rows(table)]
    if 2 * measure(joined_rows(heads, form)) > limit:
        heads = []
    texts: list[str] = []
    for group in _row_groups(rows[len(heads) :], heads, form, limit, measure):
        text = joined_rows([*heads, *group], form)
        if measure(text) <= limit:
            texts.append(text)
        else:
            texts.extend(split_text("\n".join(group), limit, measure))
    return texts


def _row_groups(rows: list[str], heads: list[str], form: Format, limit: int, measure: Measure) -> list[list[str]]:
    """Neighbouring rows, as many as fit below the header; at least one each."""
    groups: list[list[str]] = []
    length = 0
    for row in rows:
        longer = [*groups[-1], row] if groups else [row]
        added = measure(row) + 1
        if groups and fits(length + added, limit, lambda: joined_rows([*heads, *longer], form), measure):  # noqa: B023
            groups[-1].append(row)
            length += added
        else:
            groups.append([row])
            length = measure(joined_rows([*heads, row], form))
    return groups
