"""`pagemill fsck`: do state, blobs and events agree?"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from pagemill.bootstrap import CannotStart, open_views
from pagemill.config import Settings, SettingsError, load_settings
from pagemill.dispatch.audit import Checked, audit


def fsck(
    data: Annotated[Path | None, typer.Option(help="The service's data folder. [default: ./data]")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Check every task's rows, blobs and events; exit 1 and list what is wrong. Also while the service runs."""
    try:
        settings = load_settings(**({"data": data} if data is not None else {}))
        checked = asyncio.run(look_at_everything(settings))
    except (CannotStart, SettingsError) as problem:
        print(f"pagemill fsck: {problem}", file=sys.stderr)
        raise typer.Exit(2) from None
    findings = [finding for task in checked for finding in task.findings]
    if as_json:
        listed = [{"task_id": finding.task_id, "what": finding.what} for finding in findings]
        print(json.dumps({"tasks": len(checked), "clean": not findings, "findings": listed}))
    else:
        for finding in findings:
            print(f"{finding.task_id}: {finding.what}")
        print(f"{len(checked)} tasks checked: {f'{len(findings)} things are wrong' if findings else 'clean'}")
    if findings:
        raise typer.Exit(1)


async def look_at_everything(settings: Settings) -> list[Checked]:
    """Every task with what was found. Raises `CannotStart`."""
    async with open_views(settings) as (views, blobs):
        return [task async for task in audit(views, blobs)]
