"""`pagemill tasks`: look at the tasks of a running service, and act on them."""

from collections.abc import Callable
from itertools import islice
from typing import Annotated, Any, NamedTuple

import msgspec
import typer

from pagemill.domain.task import TaskState
from pagemill.faces.cli.connection import DEFAULT_SERVICE, UrlOption, complain, connected
from pagemill.faces.cli.output import EXIT_FAILED, EXIT_USAGE, JsonOption, print_facts, print_json, print_table, tell
from pagemill.faces.client import Client, Refused, Task
from pagemill.faces.client.values import BulkCount

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="List, show, cancel, retry or delete the tasks of a running service.",
)
IdsArgument = Annotated[list[str], typer.Argument(metavar="TASK_ID...", help="Ids, as `tasks list` shows them.")]
SomeIdsArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[TASK_ID...]", help="Ids, as `tasks list` shows them.")
]
StatusOption = Annotated[TaskState | None, typer.Option("--status", help="Only tasks in this state.")]
QueryOption = Annotated[str, typer.Option("--query", "-q", help="Part of the file's name.")]
AllOption = Annotated[bool, typer.Option("--all", help="All tasks that fit the filter, or, without one, all tasks.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="With --all: change nothing, only count.")]


@app.command("list")
def list_tasks(
    status: StatusOption = None,
    query: QueryOption = "",
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
def cancel(
    ids: SomeIdsArgument = None,
    status: StatusOption = None,
    query: QueryOption = "",
    every: AllOption = False,
    dry_run: DryRunOption = False,
    url: UrlOption = DEFAULT_SERVICE,
    as_json: JsonOption = False,
) -> None:
    """Cancel tasks, by their ids or, with --all, all that fit; those that have ended stay as they are."""
    many = Many(status, query, every, dry_run)
    if many.meant(ids):
        _all(many, url, "cancelled", lambda client: client.bulk_cancel(**many.arguments()), as_json)
    else:
        _each(ids or [], url, lambda client, task_id: client.task(task_id).cancel(), as_json)


@app.command()
def retry(
    ids: SomeIdsArgument = None,
    status: StatusOption = None,
    query: QueryOption = "",
    every: AllOption = False,
    dry_run: DryRunOption = False,
    url: UrlOption = DEFAULT_SERVICE,
    as_json: JsonOption = False,
) -> None:
    """Run failed, cancelled or partial tasks again, by their ids or, with --all, all that fit."""
    many = Many(status, query, every, dry_run)
    if many.meant(ids):
        _all(many, url, "queued again", lambda client: client.bulk_retry(**many.arguments()), as_json)
    else:
        _each(ids or [], url, lambda client, task_id: client.task(task_id).retry(), as_json)


@app.command()
def delete(
    ids: SomeIdsArgument = None,
    status: StatusOption = None,
    query: QueryOption = "",
    every: AllOption = False,
    dry_run: DryRunOption = False,
    url: UrlOption = DEFAULT_SERVICE,
    as_json: JsonOption = False,
) -> None:
    """Delete tasks with their files and results, by their ids or, with --all, all that fit."""
    many = Many(status, query, every, dry_run)
    if many.meant(ids):
        _all(many, url, "deleted", lambda client: client.bulk_delete(**many.arguments()), as_json)
    else:
        _each(ids or [], url, lambda client, task_id: _delete_one(client, task_id, as_json), as_json)


def _delete_one(client: Client, task_id: str, as_json: bool) -> None:
    client.task(task_id).delete()
    if as_json:
        print_json({"id": task_id, "deleted": True})
    else:
        print(f"{task_id}  deleted")


class Many(NamedTuple):
    """Which tasks are meant when none is named by its id."""

    status: TaskState | None
    query: str
    every: bool
    dry_run: bool

    def meant(self, ids: list[str] | None) -> bool:
        """Whether tasks are named by a filter instead of ids. Tells of wrong use and ends the command with code 2."""
        filtered = self.status is not None or self.query != ""
        wrong = ""
        if ids and (filtered or self.every or self.dry_run):
            wrong = "name tasks by their ids or by a filter, not by both"
        elif not ids and not self.every:
            wrong = "name the ids of tasks, or say --all for all tasks that fit --status and --query"
        if wrong:
            tell(f"tasks: {wrong}", "--dry-run with --all shows how many that would be.")
            raise typer.Exit(EXIT_USAGE)
        return not ids

    def arguments(self) -> dict[str, Any]:
        """What the client's bulk methods take."""
        everything = self.status is None and self.query == ""
        return {"status": self.status, "query": self.query, "everything": everything, "dry_run": self.dry_run}


def _all(many: Many, url: str, done: str, act: Callable[[Client], BulkCount], as_json: bool) -> None:
    with connected(url) as client:
        count = act(client)
    if as_json:
        print_json(msgspec.to_builtins(count))
    else:
        print(f"{count.changed} of {count.matched} tasks {'would be ' if many.dry_run else ''}{done}")


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
