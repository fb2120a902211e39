"""Files in another format, made by LibreOffice: several in one run, and each once for all that an attempt asks of it."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from pagemill.domain.errors import DocumentError
from pagemill.domain.formats import DOCX, MEDIA_TYPES, PDF, PPTX, Family
from pagemill.domain.limits import Limits
from pagemill.pipeline.formats.libreoffice.installation import Installation, installation_for
from pagemill.pipeline.formats.libreoffice.run import Workspace
from pagemill.pipeline.formats.libreoffice.unlock import lay_out
from pagemill.pipeline.source import Source


class Target(msgspec.Struct, frozen=True):
    """A format to convert to: its media type and suffix, and the filter that writes it, with its options.

    `purpose` and `hint` are for the error where LibreOffice is missing: what it is needed for, and what can be done.
    """

    media_type: str
    suffix: str
    filter_name: str
    purpose: str
    hint: str = ""


_WITHOUT_IMAGES = "Only page images need it: leave out the option `page_images`, or install LibreOffice."
_DRAWN = "Drawing the pages of"
_HIDDEN_TOO = 'impress_pdf_Export:{"ExportHiddenSlides":{"type":"boolean","value":"true"}}'

TO_DOCX = Target(DOCX, "docx", "MS Word 2007 XML", "Reading")
TO_PPTX = Target(PPTX, "pptx", "Impress MS PowerPoint 2007 XML", "Reading")
TO_PDF = {
    Family.DOCUMENT: Target(PDF, "pdf", "writer_pdf_Export", _DRAWN, _WITHOUT_IMAGES),
    Family.SLIDES: Target(PDF, "pdf", _HIDDEN_TOO, _DRAWN, _WITHOUT_IMAGES),
}
"""By family, the PDF of all pages; of slides the hidden ones, too."""


@contextmanager
def converted(sources: Sequence[Source], target: Target, limits: Limits) -> Iterator[list[Source | DocumentError]]:
    """The files in the target's format, for as long as the context lasts, in their order; or why one is not.

    The sources are of one family. What was not converted before in this attempt is converted in one run of LibreOffice, in
    which a further file costs a fifth of the first. Raises `DocumentError` (`office_required`), and `ResourceError` and
    `StoreFull` for what is not a file's fault.
    """
    with _folder(sources) as folder:
        places = [_place(folder, source, target) for source in sources]
        missing = {place: source for place, source in zip(places, sources, strict=True) if not place.exists()}
        problems = _convert(missing, target, limits) if missing else {}
        yield [
            problems.get(place) or _as_source(source, place, target)
            for place, source in zip(places, sources, strict=True)
        ]


@contextmanager
def converted_file(source: Source, target: Target, limits: Limits) -> Iterator[Source]:
    """One file in the target's format. Raises what `converted` raises, and `DocumentError` if nothing comes of the file."""
    with converted([source], target, limits) as (made,):
        if isinstance(made, DocumentError):
            raise made
        yield made


def _convert(missing: dict[Path, Source], target: Target, limits: Limits) -> dict[Path, DocumentError]:
    """Puts what LibreOffice makes of the sources in their places; returns what went wrong with the others."""
    first = next(iter(missing.values()))
    need = f"{target.purpose} {first.file_name}"
    office = installation_for(MEDIA_TYPES[first.media_type].family, need, target.hint)
    problems: dict[Path, DocumentError] = {}
    with TemporaryDirectory(prefix="office-") as folder:
        space = Workspace(Path(folder))
        given: dict[Path, Path] = {}
        for number, (place, source) in enumerate(missing.items()):
            path = space.files / f"{number}{MEDIA_TYPES[source.media_type].suffixes[0]}"
            try:
                lay_out(source, path)
                given[place] = path
            except DocumentError as problem:
                problems[place] = problem
        for place, made in _made(space, office, given, target, limits).items():
            if made is None:
                name = missing[place].file_name
                problems[place] = DocumentError(f"LibreOffice can make nothing of {name}", code="corrupt_file")
            else:
                made.rename(place)
    return problems


def _made(
    space: Workspace, office: Installation, given: dict[Path, Path], target: Target, limits: Limits
) -> dict[Path, Path | None]:
    """What comes of the files: of all in one run, and of those that nothing came of once more alone, for one may crash it."""

    def run(places: Sequence[Path]) -> dict[Path, Path | None]:
        wanted = f"{target.suffix}:{target.filter_name}"
        paths = [given[place] for place in places]
        made = space.run(office, paths, target.suffix, wanted, limits.max_unpacked_bytes) if paths else []
        return dict(zip(places, made, strict=True))

    found = run(tuple(given))
    if len(found) > 1:
        for place in [place for place, made in found.items() if made is None]:
            found |= run((place,))
    return found


def _place(folder: Path, source: Source, target: Target) -> Path:
    """Where the file is kept: the same for the same file in the same format."""
    facts = os.stat(source.path)  # noqa: PTH116  # a path is a string here
    identity = (source.path, facts.st_ino, facts.st_size, facts.st_mtime_ns, target.filter_name)
    return folder / f"{hashlib.sha256(repr(identity).encode()).hexdigest()[:32]}.{target.suffix}"


def _as_source(source: Source, path: Path, target: Target) -> Source:
    return msgspec.structs.replace(source, path=str(path), media_type=target.media_type, password="")


@contextmanager
def _folder(sources: Sequence[Source]) -> Iterator[Path]:
    kept = next((source.scratch for source in sources if source.scratch), "")
    if kept:
        yield Path(kept)
        return
    with TemporaryDirectory(prefix="converted-") as folder:
        yield Path(folder)
