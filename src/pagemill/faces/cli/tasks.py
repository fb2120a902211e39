"""`pagemill tasks`: look at the tasks of a running service, and act on them."""

from collections.abc import Callable
from itertools import islice
from typing import Annotated

import typer

from pagemill.domain.task import TaskState
from pagemill.faces.cli.connection import DEFAULT_SERVICE, UrlOption, complain, connected
from pagemill.faces.cli.output import EXIT_FAILED, JsonOption, print_facts, print_json, print_table
from pagemill.faces.client import Client, Refused, Task

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="List, show, cancel, retry or delete the tasks of a running service.",
)
IdsArgument = Annotated[list[str], typer.Argument(metavar="TASK_ID...", help="Ids, as `tasks list` shows them.")]


@app.command("list")
def list_tasks(
    status: Annotated[TaskState | None, typer.Option(help="Only tasks in this state.")] = None,
    query: Annotated[str, typer.Option("--query", "-q", help="Part of the file's name.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 50,
    url: UrlOption = DEFAULT_SERVICE,
    as_json: JsonOption = False,
) -> None:
    """List tasks, newest first."""
    with connected(url) as client:
        found = list(islice(client.tasks(status=status, query=query), limit))
    if as_json:
        for task in found:
            print_json(task.raw)
    else:
        _print_table(found)


@app.command()
def show(ids: IdsArgument, url: UrlOption = DEFAULT_SERVICE, as_json: JsonOption = False) -> None:
    """Show tasks in full."""
    _each(ids, url, lambda client, task_id: client.get(task_id), as_json)


@app.command()
def cancel(ids: IdsArgument, url: UrlOption = DEFAULT_SERVICE, as_json: JsonOption = False) -> None:
    """Cancel tasks; those that have ended stay as they are."""
    _each(ids, url, lambda client, task_id: client.task(task_id).cancel(), as_json)


@app.command()
def retry(ids: IdsArgument, url: UrlOption = DEFAULT_SERVICE, as_json: JsonOption = False) -> None:
    """Run failed, cancelled or partial tasks again."""
    _each(ids, url, lambda client, task_id: client.task(task_id).retry(), as_json)


@app.command()
def delete(ids: IdsArgument, url: UrlOption = DEFAULT_SERVICE, as_json: JsonOption = False) -> None:
    """Delete tasks with their files and results."""

    def delete_one(client: Client, task_id: str) -> None:
        client.task(task_id).delete()
        if as_json:
            print_json({"id": task_id, "deleted": True})
        else:
            print(f"{task_id}  deleted")

    _each(ids, url, delete_one, as_json)


def _each(ids: list[str], url: str, act: Callable[[Client, str], Task | None], as_json: bool) -> None:
    """Acts on each task and goes on after a refusal; exit code 1 if there was one."""
    refused = False
    with connected(url) as client:
        for task_id in ids:
            try:
                task = act(client, task_id)
            except Refused as problem:
                complain(problem, task_id)
                refused = True
                continue
            if task is not None:
                _print_one(task, as_json)
    if refused:
        raise typer.Exit(EXIT_FAILED)


def _print_one(task: Task, as_json: bool) -> None:
    if as_json:
        print_json(task.raw)
        return
    facts: dict[str, object] = {
        "status": _status(task),
        "file": task.file_name,
        "pages": _pages(task),
        "created": task.raw["created_at"],
        "started": task.raw["started_at"],
        "finished": task.raw["finished_at"],
    }
    if task.error is not None:
        facts |= {"error": f"{task.error.message} [{task.error.code}]", "hint": task.error.hint}
    print_facts(task.id, facts)


def _print_table(tasks: list[Task]) -> None:
    rows = ((task.id, _status(task), _pages(task), task.raw["created_at"], task.file_name) for task in tasks)
    print_table(("id", "status", "pages", "created", "file"), rows)


def _status(task: Task) -> str:
    return f"{task.status}{' (partial)' if task.partial else ''}"


def _pages(task: Task) -> str:
    return f"{task.progress.pages_done}/{task.progress.pages_total or '?'}"
