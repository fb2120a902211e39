"""The files and options that a command is given."""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import typer

from pagemill.faces.cli.output import EXIT_USAGE, tell


class InputFile(NamedTuple):
    """A file, and its name relative to the argument that it was found under: where its results go."""

    path: Path
    name: Path


def input_files(paths: Iterable[Path], *, without: Path | None = None) -> Iterator[InputFile]:
    """Every file, folders walked in order; hidden ones in folders are left out, and so is the folder `without`."""
    left_out = without and without.resolve()
    for path in paths:
        if path.is_dir():
            yield from (InputFile(path / name, name) for name in _walk(path, left_out))
        else:
            yield InputFile(path, Path(path.name))


def _walk(root: Path, left_out: Path | None) -> Iterator[Path]:
    """The files under `root`, relative to it. `os.walk` asks the disk for nothing but the folders themselves."""
    for folder, subfolders, names in os.walk(root):
        here = Path(folder)
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        if left_out is not None:
            subfolders[:] = [name for name in subfolders if (here / name).resolve() != left_out]
        relative = here.relative_to(root)
        yield from (relative / name for name in sorted(names) if not name.startswith(".") and (here / name).is_file())


def read_options(path: Path | None) -> dict[str, Any]:
    """The options in a JSON file, {} for none. Tells what is wrong with it and ends the command with code 2."""
    if path is None:
        return {}
    try:
        options = json.loads(path.read_bytes())
    except (ValueError, OSError) as problem:
        tell(f"{path} is not a JSON file: {problem}")
        raise typer.Exit(EXIT_USAGE) from None
    if not isinstance(options, dict):
        tell(f"{path} does not hold a JSON object")
        raise typer.Exit(EXIT_USAGE)
    return options
