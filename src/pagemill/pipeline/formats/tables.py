"""Tables as plain text."""

from pagemill.domain.document import Table


def table_text(table: Table) -> str:
    """The table's text: a line a row, cells parted by tabs."""
    lines: list[list[str]] = [[] for _ in range(table.row_count)]
    for cell in table.cells:
        lines[cell.row].append(" ".join(cell.text.split()))
    return "\n".join("\t".join(line).strip("\t") for line in lines)
