"""The files and options that a command is given."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import typer

from pagemill.faces.cli.connection import EXIT_USAGE, errors


class InputFile(NamedTuple):
    """A file, and its name relative to the argument that it was found under: where its results go."""

    path: Path
    name: Path


def input_files(paths: list[Path]) -> Iterator[InputFile]:
    """Every file, folders walked in order; hidden ones in folders are left out."""
    for path in paths:
        if path.is_dir():
            names = (file.relative_to(path) for file in sorted(path.rglob("*")) if file.is_file())
            yield from (InputFile(path / name, name) for name in names if not _is_hidden(name))
        else:
            yield InputFile(path, Path(path.name))


def _is_hidden(name: Path) -> bool:
    return any(part.startswith(".") for part in name.parts)


def read_options(path: Path | None) -> dict[str, Any]:
    """The options in a JSON file, {} for none. Tells what is wrong with it and ends the command with code 2."""
    if path is None:
        return {}
    try:
        options = json.loads(path.read_bytes())
    except (ValueError, OSError) as problem:
        errors.print(f"pagemill: {path} is not a JSON file: {problem}", markup=False, emoji=False)
        raise typer.Exit(EXIT_USAGE) from None
    if not isinstance(options, dict):
        errors.print(f"pagemill: {path} does not hold a JSON object", markup=False, emoji=False)
        raise typer.Exit(EXIT_USAGE)
    return options
