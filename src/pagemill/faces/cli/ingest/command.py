"""`pagemill ingest`: a folder to put files into."""

from pathlib import Path
from typing import Annotated

import typer

from pagemill.faces.cli.connection import DEFAULT_SERVICE, UrlOption, complain, connected
from pagemill.faces.cli.ingest.folder import Folder, FolderBusy, shown
from pagemill.faces.cli.ingest.run import Ended, Ingest, Wanted
from pagemill.faces.cli.inputs import read_options
from pagemill.faces.cli.output import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE, JsonOption, print_json, tell
from pagemill.faces.client import Form

FORMS = {"md": Form.MARKDOWN, "html": Form.HTML, "json": Form.JSON, "txt": Form.TEXT, "chunks": Form.CHUNKS}


def ingest(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, writable=True, help="Where files are put.")],
    url: UrlOption = DEFAULT_SERVICE,
    watch: Annotated[bool, typer.Option("--watch", help="Go on for ever, taking what comes.")] = False,
    options: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A JSON file with options (docs/options.md).")
    ] = None,
    formats: Annotated[str, typer.Option("--format", help="What to write: md, html, json, txt, chunks.")] = (
        "md,html,json,chunks"
    ),
    at_once: Annotated[int, typer.Option(min=1, max=1000, help="Tasks under way at a time.")] = 16,
    as_json: JsonOption = False,
) -> None:
    """Send the files in a folder to a running service, and put their results beside them.

    A file goes to done/ with its results (report.pdf.md, report.pdf.json and so on), or to failed/ with
    report.pdf.error.json. Files that are still being written wait. It may be killed at any time and goes on where it was:
    nothing is lost, and nothing is done twice.

    Exit code 0: everything was read. 1: some failed. 2: wrong use, or another one works on the folder. 3: no service.
    130: stopped with Ctrl-C.
    """
    wanted = Wanted(options=read_options(options), forms=_forms(formats), at_once=at_once)
    inbox = Folder(folder)
    try:
        inbox.open()
        report = Report(as_json)
        with connected(url) as client:
            run = Ingest(client, inbox, wanted, report.told, complain)
            run.forever() if watch else run.once()
        report.sum_up(run.unfinished)
    except KeyboardInterrupt:
        raise typer.Exit(EXIT_INTERRUPTED) from None
    except FolderBusy as problem:
        tell(f"ingest: {problem}")
        raise typer.Exit(EXIT_USAGE) from None
    except OSError as problem:
        tell(f"ingest: {problem.strerror}: {problem.filename}", "Mend it and start again: what was done stays done.")
        raise typer.Exit(EXIT_FAILED) from None
    finally:
        inbox.close()
    if report.failed:
        raise typer.Exit(EXIT_FAILED)


def _forms(names: str) -> tuple[Form, ...]:
    try:
        return tuple(dict.fromkeys(FORMS[name.strip()] for name in names.split(",")))
    except KeyError as problem:
        tell(f"ingest: --format: there is no form {problem}; there are {', '.join(FORMS)}")
        raise typer.Exit(EXIT_USAGE) from None


class Report:
    """What has ended so far, told a line a file."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self.done = 0
        self.failed = 0

    def told(self, ended: Ended) -> None:
        """Notes and shows one file."""
        self.done += ended.error is None
        self.failed += ended.error is not None
        if self._as_json:
            print_json(_as_json(ended))
        elif ended.error is None:
            print(
                f"done    {shown(ended.name)}  {ended.pages} pages{' (partial)' if ended.partial else ''}", flush=True
            )
        else:
            print(f"failed  {shown(ended.name)}  {ended.error.message} [{ended.error.code}]", flush=True)

    def sum_up(self, unfinished: int) -> None:
        """The last line."""
        if not self._as_json:
            waiting = f", {unfinished} still being written" if unfinished else ""
            print(f"{self.done} files done, {self.failed} failed{waiting}")


def _as_json(ended: Ended) -> dict[str, object]:
    error = ended.error
    return {
        "file": shown(ended.name),
        "status": "done" if error is None else "failed",
        "task_id": ended.task_id,
        "pages": ended.pages,
        "partial": ended.partial,
        "results": [shown(path) for path in ended.results],
        "error": error and {"code": error.code, "detail": error.message, "hint": error.hint, "page": error.page},
    }
