"""`pagemill parse`: files are read here and now, by the same killable children as in the service, without a store."""

import asyncio
import json
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from pagemill.base.telemetry import configure_logging
from pagemill.blobs.keys import CHUNKS, DOCUMENT_HTML, DOCUMENT_JSON, DOCUMENT_MARKDOWN
from pagemill.blobs.port import Blobs
from pagemill.bootstrap import open_workplace
from pagemill.config import Settings, SettingsError, load_settings
from pagemill.domain.errors import PagemillError, Problem
from pagemill.domain.options import Options, parse_options
from pagemill.domain.task import TaskState
from pagemill.faces.cli.connection import EXIT_FAILED, EXIT_USAGE, JsonOption, errors, print_json
from pagemill.faces.cli.inputs import InputFile, input_files, read_options
from pagemill.intake.sniff import sniff
from pagemill.pipeline.sniffing.glance import Glance
from pagemill.work.offline import OfflineFile, OfflineResult, Workplace, process

FILES_A_WORKER = 2
"""Files in flight for each worker, so that none waits while another file is being put together."""


class Form(StrEnum):
    """What can be written, named as the files end."""

    MARKDOWN = "md"
    HTML = "html"
    JSON = "json"
    CHUNKS = "chunks"


BLOB_NAMES = {
    Form.MARKDOWN: (DOCUMENT_MARKDOWN, "md"),
    Form.HTML: (DOCUMENT_HTML, "html"),
    Form.JSON: (DOCUMENT_JSON, "json"),
    Form.CHUNKS: (CHUNKS, "chunks.jsonl"),
}


class Parsed(msgspec.Struct, frozen=True):
    """How one file ended: its page counts, seconds, and the problem, if there is one."""

    file: InputFile
    pages: int
    seconds: float
    partial: bool = False
    problem: Problem | None = None


def parse(
    paths: Annotated[list[Path], typer.Argument(exists=True, help="Files, or folders to walk.")],
    output: Annotated[Path, typer.Option(file_okay=False, help="Folder for the results.")] = Path("parsed"),
    formats: Annotated[
        str, typer.Option("--format", help="What to write: md, html, json, chunks.")
    ] = "md,html,json,chunks",
    options: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A JSON file with options (docs/options.md).")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Files or ranges at a time. [default: cores]")] = None,
    as_json: JsonOption = False,
) -> None:
    """Read files here and now, without a server.

    Results lie under the output folder in the inputs' own subfolders, named after the input: report.pdf gives
    report.pdf.md, report.pdf.json and so on. Exit code 0: all were read. 1: some failed. 2: wrong use.
    """
    configure_logging("warning")
    try:
        settings = load_settings()
        forms = tuple(Form(name.strip()) for name in formats.split(","))
        wanted = parse_options(read_options(options))
        files = distinct(list(input_files(paths)))
    except (SettingsError, ValueError, PagemillError) as problem:
        errors.print(f"pagemill parse: {problem}", markup=False, emoji=False)
        raise typer.Exit(EXIT_USAGE) from None
    run = Run(forms, wanted, output, as_json)
    asyncio.run(run.all(files, settings, workers or settings.text_slots))
    if run.failed:
        raise typer.Exit(EXIT_FAILED)


def distinct(files: list[InputFile]) -> list[InputFile]:
    """The files. Raises `ValueError` if two of them would write the same results."""
    seen: dict[Path, Path] = {}
    for file in files:
        if file.name in seen:
            raise ValueError(
                f"{seen[file.name]} and {file.path} would both be written to {file.name}.*: parse them apart"
            )
        seen[file.name] = file.path
    return files


class Run:
    """One call of the command: what was asked for, and how many files have failed so far."""

    def __init__(self, forms: tuple[Form, ...], options: Options, output: Path, as_json: bool) -> None:
        self._forms = forms
        self._options = options
        self._output = output
        self._as_json = as_json
        self._bar = progress_bar(hidden=as_json)
        self._pages = 0
        self.failed = 0

    async def all(self, files: list[InputFile], settings: Settings, workers: int) -> None:
        """Reads every file, as many at a time as keep the workers busy."""
        waiting = iter(files)
        with self._bar:
            row = self._bar.add_task("files", total=len(files), pages=0)
            async with open_workplace(settings, workers) as (place, blobs), asyncio.TaskGroup() as group:
                for _ in range(workers * FILES_A_WORKER):
                    group.create_task(self._take(waiting, place, blobs, row))
        if not self._as_json:
            print(f"{len(files) - self.failed} of {len(files)} files, {self._pages} pages: {self._output}")

    async def _take(self, waiting: Iterator[InputFile], place: Workplace, blobs: Blobs, row: TaskID) -> None:
        for file in waiting:
            parsed = await self._one(file, place, blobs)
            self._pages += parsed.pages
            self.failed += parsed.problem is not None
            self._bar.update(row, advance=1, pages=self._pages)
            self._report(parsed)

    async def _one(self, file: InputFile, place: Workplace, blobs: Blobs) -> Parsed:
        try:
            media_type = await asyncio.to_thread(_media_type, file.path)
            offline = OfflineFile(path=file.path, media_type=media_type, options=self._options)
            result = await process(offline, place)
            await asyncio.to_thread(self._save, file, result, blobs)
        except PagemillError as problem:
            return Parsed(file, 0, 0.0, problem=problem.problem())
        except OSError as problem:
            return Parsed(
                file, 0, 0.0, problem=Problem("storage_unavailable", f"{problem.strerror}: {problem.filename}")
            )
        return Parsed(file, result.pages_done, result.seconds, result.partial, result.problem)

    def _save(self, file: InputFile, result: OfflineResult, blobs: Blobs) -> None:
        if result.state is TaskState.SUCCEEDED:
            for form in self._forms:
                blob_name, suffix = BLOB_NAMES[form]
                target = self._output / f"{file.name}.{suffix}"
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(blobs.get(f"{result.result_key}{blob_name}"))
        blobs.delete([f"{result.task_id}/"])

    def _report(self, parsed: Parsed) -> None:
        if self._as_json:
            print_json(_as_json(parsed))
        elif parsed.problem is not None:
            problem = parsed.problem
            self._bar.console.print(
                f"{parsed.file.path}: {problem.message} [{problem.code}] {problem.hint}", markup=False, emoji=False
            )


def _media_type(path: Path) -> str:
    return sniff(Glance.into(path), path.name)


def _as_json(parsed: Parsed) -> dict[str, object]:
    return {
        "file": str(parsed.file.path),
        "pages": parsed.pages,
        "seconds": round(parsed.seconds, 3),
        "partial": parsed.partial,
        "error": json.loads(msgspec.json.encode(parsed.problem)),
    }


def progress_bar(*, hidden: bool) -> Progress:
    """Files done, pages a second and the time left, on standard error."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        PagesPerSecond(),
        TimeRemainingColumn(),
        console=errors,
        transient=True,
        disable=hidden or not sys.stderr.isatty(),
    )


class PagesPerSecond(ProgressColumn):
    """Pages so far, per second since the start."""

    def render(self, task: Task) -> Text:
        """The column's text."""
        seconds = task.elapsed or 0.0
        return Text(f"{task.fields['pages'] / seconds:.1f} pages/s" if seconds else "")
