"""`pagemill parse`: files are read here and now, by the same killable children as in the service, without a store."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from pagemill.base.telemetry import configure_logging
from pagemill.blobs.port import Blobs
from pagemill.bootstrap import open_workplace
from pagemill.config import Settings, SettingsError, load_settings
from pagemill.domain.errors import PagemillError, Problem
from pagemill.domain.options import Options, parse_options
from pagemill.domain.task import TaskState
from pagemill.faces.cli.inputs import InputFile, input_files, read_options
from pagemill.faces.cli.output import (
    EXIT_FAILED,
    EXIT_INTERRUPTED,
    EXIT_USAGE,
    JsonOption,
    errors,
    print_json,
    tell,
)
from pagemill.faces.cli.progress import progress_bar
from pagemill.faces.cli.result_files import ALL_FORMS, Form, forms_named, save
from pagemill.faces.library.reading import read
from pagemill.work.offline import Workplace

FILES_A_WORKER = 2
"""Files in flight for each worker, so that none waits while another file is being put together."""


class Parsed(msgspec.Struct, frozen=True, kw_only=True):
    """How one file ended: its page counts, seconds, the files written, and the problem, if there is one."""

    file: InputFile
    pages: int = 0
    pages_total: int = 0
    seconds: float = 0.0
    partial: bool = False
    results: tuple[Path, ...] = ()
    problem: Problem | None = None


def parse(
    paths: Annotated[list[Path], typer.Argument(exists=True, help="Files, or folders to walk.")],
    output: Annotated[Path, typer.Option(file_okay=False, help="Folder for the results.")] = Path("parsed"),
    formats: Annotated[str, typer.Option("--format", help="What to write: md, html, json, chunks.")] = ALL_FORMS,
    options: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A JSON file with options (docs/options.md).")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Files or ranges at a time. [default: cores]")] = None,
    as_json: JsonOption = False,
) -> None:
    """Read files here and now, without a server.

    Results lie under the output folder in the inputs' own subfolders, named after the input: report.pdf gives
    report.pdf.md, report.pdf.json and so on. Exit code 0: all were read. 1: some failed. 2: wrong use. 130: stopped with
    Ctrl-C; what was done is kept.
    """
    try:
        settings = load_settings()
        forms = forms_named(formats)
        wanted = parse_options(read_options(options))
        files = distinct(list(input_files(paths, without=output)))
    except (SettingsError, ValueError, PagemillError) as problem:
        tell(f"parse: {problem}")
        raise typer.Exit(EXIT_USAGE) from None
    finish(Run(files, forms, wanted, output, as_json), settings, workers or settings.text_slots)


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


def finish(run: "Run", settings: Settings, workers: int) -> None:
    """Reads everything and says how it ended, also when it is stopped."""
    configure_logging("warning")
    try:
        asyncio.run(run.all(settings, workers))
    except KeyboardInterrupt:
        run.sum_up("stopped: ")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    except PagemillError as problem:
        tell(f"parse: {problem.message}", problem.hint)
        raise typer.Exit(EXIT_FAILED) from None
    run.sum_up()
    if run.failed:
        raise typer.Exit(EXIT_FAILED)


class Run:
    """One call of the command: what was asked for, and what has come of it so far."""

    def __init__(
        self, files: list[InputFile], forms: tuple[Form, ...], options: Options, output: Path, as_json: bool
    ) -> None:
        self._files = files
        self._forms = forms
        self._options = options
        self._output = output
        self._as_json = as_json
        self._bar = progress_bar(hidden=as_json)
        self._row = self._bar.add_task("files", total=len(files), pages=0)
        self._began_at = time.monotonic()
        self._under_way: dict[Path, int] = {}
        self._pages = 0
        self._read = 0
        self.failed = 0

    async def all(self, settings: Settings, workers: int) -> None:
        """Reads every file, as many at a time as keep the workers busy."""
        waiting = iter(self._files)
        with self._bar:
            async with open_workplace(settings, workers) as (place, blobs), asyncio.TaskGroup() as group:
                for _ in range(min(workers * FILES_A_WORKER, len(self._files))):
                    group.create_task(self._take(waiting, place, blobs))

    def sum_up(self, so_far: str = "") -> None:
        """The last line: files, pages, seconds and pages a second."""
        if self._as_json:
            return
        seconds = time.monotonic() - self._began_at
        speed = f"{self._pages / seconds:.1f} pages/s" if seconds else ""
        print(
            f"{so_far}{self._read} of {len(self._files)} files, {self._pages} pages in {seconds:.1f} s "
            f"({speed}): {self._output}"
        )

    async def _take(self, waiting: Iterator[InputFile], place: Workplace, blobs: Blobs) -> None:
        for file in waiting:
            parsed = await self._one(file, place, blobs)
            self._under_way.pop(file.name, None)
            self._pages += parsed.pages
            self._read += parsed.problem is None
            self.failed += parsed.problem is not None
            self._bar.update(self._row, advance=1, pages=self._pages_seen)
            self._report(parsed)

    async def _one(self, file: InputFile, place: Workplace, blobs: Blobs) -> Parsed:
        try:
            result = await read(file.path, self._options, place, lambda done, _: self._see(file, done))
            succeeded = result.state is TaskState.SUCCEEDED
            forms = self._forms if succeeded else ()
            written = await asyncio.to_thread(save, blobs, result.result_key, forms, self._output / file.name)
            await asyncio.to_thread(blobs.delete, [f"{result.task_id}/"])
        except PagemillError as problem:
            return Parsed(file=file, problem=problem.problem())
        except OSError as problem:
            message = f"{problem.strerror}: {problem.filename}"
            return Parsed(file=file, problem=Problem("storage_unavailable", message, "Check permissions and room."))
        return Parsed(
            file=file,
            pages=result.pages_done if succeeded else 0,
            pages_total=result.pages,
            seconds=result.seconds,
            partial=result.partial,
            results=written,
            problem=result.problem,
        )

    def _see(self, file: InputFile, pages_done: int) -> None:
        self._under_way[file.name] = pages_done
        self._bar.update(self._row, pages=self._pages_seen)

    @property
    def _pages_seen(self) -> int:
        """Pages of finished files and of those that are being read."""
        return self._pages + sum(self._under_way.values())

    def _report(self, parsed: Parsed) -> None:
        if self._as_json:
            print_json(_as_json(parsed))
        elif parsed.problem is not None:
            problem = parsed.problem
            self._say(f"{parsed.file.path}: {problem.message} [{problem.code}] {problem.hint}")
        elif parsed.partial:
            self._say(f"{parsed.file.path}: partial: {parsed.pages} of {parsed.pages_total} pages could be read")

    def _say(self, line: str) -> None:
        errors.print(line, markup=False, emoji=False)


def _as_json(parsed: Parsed) -> dict[str, object]:
    return {
        "file": str(parsed.file.path),
        "pages": parsed.pages,
        "seconds": round(parsed.seconds, 3),
        "partial": parsed.partial,
        "results": list(map(str, parsed.results)),
        "error": json.loads(msgspec.json.encode(parsed.problem)),
    }
