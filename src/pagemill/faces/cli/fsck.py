"""`pagemill fsck`: do state, blobs and events agree? With --repair, what does not is mended."""

import asyncio
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from pagemill.bootstrap import CannotStart, database_state, open_store, open_views
from pagemill.config import Settings, SettingsError, load_settings
from pagemill.dispatch.audit import Finding, Survey, survey
from pagemill.dispatch.repair import Remedy, Repair, repair
from pagemill.domain.errors import PagemillError
from pagemill.faces.cli.output import EXIT_FAILED, EXIT_USAGE, JsonOption, print_json, tell


def fsck(
    data: Annotated[Path | None, typer.Option(help="The service's data folder. [default: ./data]")] = None,
    mend: Annotated[
        bool, typer.Option("--repair", help="Mend what can be mended. The service has to be stopped.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Check every task's rows, blobs and events, and list what is wrong. Also while the service runs.

    With --repair, damaged tasks are run again or, if their file is gone, failed, and what belongs to no task is removed;
    then everything is checked again. Exit code 0: clean. 1: something is wrong (still, with --repair). 2: wrong use, or a
    service runs where none may.
    """
    try:
        settings = load_settings(**({"data": data} if data is not None else {}))
        report = asyncio.run(mend_everything(settings, as_json) if mend else look_at_everything(settings))
    except (CannotStart, SettingsError) as problem:
        tell(f"fsck: {problem}")
        raise typer.Exit(EXIT_USAGE) from None
    except PagemillError as problem:
        tell(f"fsck: {problem.message}", problem.hint)
        raise typer.Exit(EXIT_FAILED) from None
    if not as_json:
        for finding in report.findings:
            print(f"{finding.task_id or 'database'}: {finding.what}")
        print(f"{report.tasks} tasks checked: {_counted(len(report.findings))}")
    elif not mend:
        print_json({"tasks": report.tasks, "clean": not report.findings, "findings": _as_json(report.findings)})
    if report.findings:
        raise typer.Exit(EXIT_FAILED)


def _counted(findings: int) -> str:
    return "clean" if findings == 0 else "1 thing is wrong" if findings == 1 else f"{findings} things are wrong"


async def look_at_everything(settings: Settings) -> Survey:
    """Every task, with what was found. Raises `CannotStart`."""
    async with open_views(settings) as (views, blobs):
        return await survey(views, blobs)


async def mend_everything(settings: Settings, as_json: bool) -> Survey:
    """Repairs, says what was done, and returns what is still wrong. Raises `CannotStart`."""
    if database_state(settings, count_rows=False) is None:
        raise CannotStart(f"there is no database in {settings.data}; name the service's folder with --data")
    async with open_store(settings) as store:
        done = await repair(store.queue, store.views, store.files, store.blobs)
    if as_json:
        print_json(_done_as_json(done))
    else:
        _print_done(done)
    return Survey(done.tasks, done.remaining)


def _print_done(done: Repair) -> None:
    for mended in done.mended:
        for finding in mended.findings:
            print(f"{mended.task_id}: {finding}")
        print(f"{mended.task_id}: {mended.remedy}{_note(mended.remedy, mended.revision)}")
    if done.untangled_rows:
        print(f"{done.untangled_rows} rows pointed to nothing and were removed or mended")
    if done.swept:
        print(f"blobs of {done.swept} unknown tasks or files removed")


def _note(remedy: Remedy, revision: int) -> str:
    match remedy:
        case Remedy.AGAIN:
            return f" as revision {revision} when the service starts"
        case Remedy.FAILED:
            return ": its file is gone"
        case Remedy.LEFT:
            return ": only its submitted file is gone; fetch the result and delete the task"
        case Remedy.TIDIED:
            return ""
        case Remedy.REMOVED:
            return ": its bytes are gone"


def _done_as_json(done: Repair) -> dict[str, object]:
    return {
        "tasks": done.tasks,
        "clean": not done.remaining,
        "findings": _as_json(done.remaining),
        "mended": msgspec.to_builtins(done.mended),
        "untangled_rows": done.untangled_rows,
        "swept": done.swept,
    }


def _as_json(findings: tuple[Finding, ...]) -> list[dict[str, str]]:
    return [{"task_id": finding.task_id, "what": finding.what} for finding in findings]
