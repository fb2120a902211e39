"""How every command speaks: results on standard output, problems on standard error, and what its exit code says."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_UNREACHABLE = 3
EXIT_INTERRUPTED = 130

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, one value a line.")]

errors = Console(stderr=True, highlight=False, soft_wrap=True)


def tell(message: str, hint: str = "") -> None:
    """One line about what went wrong, and one about what to do."""
    sys.stdout.flush()  # what was said before stands before it, also where both go into one file
    errors.print(f"pagemill: {message}", markup=False, emoji=False)
    if hint:
        errors.print(f"  {hint}", markup=False, emoji=False)


def print_json(value: Any) -> None:
    """One value a line, as it came."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table for people on a terminal; elsewhere a line a row, its columns separated by tabs, whole and without colours."""
    if not sys.stdout.isatty():
        for row in (headings, *rows):
            print("\t".join(map(_one_line, row)))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*map(_one_line, row))
    Console(highlight=False, markup=False, emoji=False).print(table)


def print_facts(title: str, facts: dict[str, object]) -> None:
    """A value in full: its title, and a line for each fact that there is."""
    width = max(map(len, facts), default=0) + 2
    print(title)
    for name, fact in facts.items():
        if fact not in ("", None):
            print(f"  {name:<{width}}{_one_line(fact)}")


def _one_line(value: object) -> str:
    return " ".join(str(value).split())
