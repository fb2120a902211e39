"""`pagemill submit`: files go to a running service; with --wait, results come back."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pagemill.domain.task import TaskState
from pagemill.faces.cli.connection import DEFAULT_SERVICE, UrlOption, complain, connected
from pagemill.faces.cli.inputs import InputFile, input_files, read_options
from pagemill.faces.cli.output import EXIT_FAILED, JsonOption, errors, print_json, tell
from pagemill.faces.client import Client, Form, Refused, Task


def submit(
    paths: Annotated[list[Path], typer.Argument(exists=True, help="Files, or folders to walk.")],
    url: UrlOption = DEFAULT_SERVICE,
    options: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A JSON file with options (docs/options.md).")
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until every task has ended.")] = False,
    output: Annotated[
        Path | None, typer.Option(file_okay=False, help="Folder for the results; implies --wait.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Send files to a running service.

    Exit code 0: all accepted (with --wait: all succeeded). 1: some were refused or failed. 2: wrong use. 3: no service.
    """
    wanted = read_options(options)
    with connected(url) as client:
        accepted, all_well = _submit_all(client, list(input_files(paths)), wanted)
        if wait or output is not None:
            for path, task in accepted:
                ended = _follow(task, quiet=as_json)
                all_well &= ended.status is TaskState.SUCCEEDED
                _save(ended, path, output)
                _report(ended, as_json)
        else:
            for _, task in accepted:
                _report(task, as_json)
    if not all_well:
        raise typer.Exit(EXIT_FAILED)


def _submit_all(
    client: Client, files: list[InputFile], options: dict[str, Any]
) -> tuple[list[tuple[Path, Task]], bool]:
    """What was accepted, with its relative name, and whether everything was."""
    accepted = []
    for path, name in files:
        try:
            with path.open("rb") as file:
                accepted.append((name, client.submit(file, file_name=path.name, options=options)))
        except Refused as problem:
            complain(problem, str(path))
        except OSError as problem:
            tell(f"{path} cannot be read: {problem.strerror}")
    return accepted, len(accepted) == len(files)


def _follow(task: Task, *, quiet: bool) -> Task:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True, disable=quiet or not errors.is_terminal) as bar:
        row = bar.add_task(task.file_name, total=None)
        while not task.ended:
            task.refresh(1 if errors.is_terminal else 30)
            bar.update(row, completed=task.progress.pages_done, total=task.progress.pages_total or None)
    return task


def _save(task: Task, name: Path, output: Path | None) -> None:
    if output is None or task.status is not TaskState.SUCCEEDED:
        return
    for form in Form:
        target = output / f"{name}.{form}"
        target.parent.mkdir(parents=True, exist_ok=True)
        task.save(target, form)


def _report(task: Task, as_json: bool) -> None:
    if as_json:
        print_json(task.raw)
        return
    partial = " (partial)" if task.partial else ""
    print(f"{task.id}  {task.status}{partial}  {task.file_name}")
    if task.error is not None:
        tell(f"{task.file_name}: {task.error.message} [{task.error.code}]", task.error.hint)
