"""`parse`: a file becomes a document, here and now, by the same killable children as in the service."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from anyio.from_thread import start_blocking_portal

from pagemill.base.telemetry import log_unless_configured
from pagemill.bootstrap import open_workplace
from pagemill.config import load_settings
from pagemill.domain.errors import (
    CATALOGUE,
    DocumentError,
    Fault,
    PagemillError,
    Problem,
    ResourceError,
    TransientError,
)
from pagemill.domain.options import Options, parse_options
from pagemill.faces.library.parsed import Parsed, parsed_from
from pagemill.faces.library.reading import read
from pagemill.intake.names import display_name

ERRORS = {Fault.DOCUMENT: DocumentError, Fault.RESOURCE: ResourceError, Fault.TRANSIENT: TransientError}


def parse(
    file: str | Path | bytes,
    *,
    file_name: str = "",
    options: Mapping[str, Any] | Options | None = None,
    workers: int = 1,
) -> Parsed:
    """Reads a file (a path, or its bytes with a `file_name`) without a service, in `workers` processes of its own.

    They are killed if they take too long or too much memory, and with Ctrl-C. `options` are those of docs/options.md, limits
    the settings of docs/settings.md. May be called from anywhere, from a notebook and without `if __name__ == "__main__"`, too.

    Raises `DocumentError` if the file cannot be read and `ResourceError` if it needs too much; `InvalidOptions`,
    `SettingsError`, `OSError`, and `TypeError` for bytes without a name.
    """
    with start_blocking_portal() as elsewhere:
        return elsewhere.call(lambda: parse_async(file, file_name=file_name, options=options, workers=workers))


async def parse_async(
    file: str | Path | bytes,
    *,
    file_name: str = "",
    options: Mapping[str, Any] | Options | None = None,
    workers: int = 1,
) -> Parsed:
    """The same in an event loop. Cancelling it kills the work."""
    settings = load_settings()
    wanted = options if isinstance(options, Options) else parse_options(dict(options or {}))
    log_unless_configured()
    with _as_path(file, file_name) as path:
        async with open_workplace(settings, workers) as (place, blobs):
            try:
                result = await read(path, wanted, place)
            except PagemillError as error:
                raise _error(error.problem()) from None
            if result.problem is not None:
                raise _error(result.problem)
            return parsed_from(blobs, result.result_key)


@contextmanager
def _as_path(file: str | Path | bytes, file_name: str) -> Iterator[Path]:
    if not isinstance(file, bytes):
        yield Path(file)
        return
    if not file_name:
        raise TypeError("bytes have no name of their own: give a file_name")
    with TemporaryDirectory(prefix="pagemill-") as folder:
        path = Path(folder) / display_name(file_name)
        path.write_bytes(file)
        yield path


def _error(problem: Problem) -> PagemillError:
    kind = ERRORS.get(CATALOGUE[problem.code].fault, PagemillError)
    return kind(problem.message, code=problem.code, hint=problem.hint, page=problem.page)
