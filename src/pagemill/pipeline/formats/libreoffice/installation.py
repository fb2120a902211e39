"""Where LibreOffice is, if it is anywhere."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec

from pagemill.domain.errors import DocumentError
from pagemill.domain.formats import Family

_NAMES = ("soffice", "libreoffice")
_PROGRAM = "soffice.bin"
_USUAL = ("/usr/lib/libreoffice/program", "/usr/lib64/libreoffice/program", "/usr/local/lib/libreoffice/program")
_BY_ITSELF = Path("/opt")
_PARTS = {
    Family.DOCUMENT: ("libswlo.so", "libreoffice-writer-nogui"),
    Family.SHEETS: ("libsclo.so", "libreoffice-calc-nogui"),
    Family.SLIDES: ("libsdlo.so", "libreoffice-impress-nogui"),
}


class Installation(msgspec.Struct, frozen=True):
    """A LibreOffice on this machine: the folder with its programs."""

    folder: Path

    @property
    def program(self) -> Path:
        """What is started: the program itself, not the script before it, which starts further processes."""
        return self.folder / _PROGRAM

    @property
    def root(self) -> Path:
        """The folder that all of it lies in."""
        return self.folder.parent

    def reads(self, family: Family) -> bool:
        """Whether the part for this family of files is installed."""
        return (self.folder / _PARTS[family][0]).exists()


def find_installation() -> Installation | None:
    """The LibreOffice that the search path names, or else one in the usual places."""
    return next((Installation(place) for place in _places() if (place / _PROGRAM).is_file()), None)


def installation_for(family: Family, need: str, hint: str = "") -> Installation:
    """The LibreOffice that takes files of this family.

    Raises `DocumentError` (`office_required`), which says what cannot be done without it (`need`) and what can.
    """
    found = find_installation()
    if found is None:
        raise DocumentError(f"{need} needs LibreOffice, which is not installed", code="office_required", hint=hint)
    if not found.reads(family):
        package = _PARTS[family][1]
        raise DocumentError(
            f"{need} needs a part of LibreOffice that is not installed: {package}",
            code="office_required",
            hint=hint or f"Install the package {package}.",
        )
    return found


def _places() -> Iterator[Path]:
    for name in _NAMES:
        found = shutil.which(name)
        if found:
            yield Path(found).resolve().parent
    yield from map(Path, _USUAL)
    yield from sorted(_BY_ITSELF.glob("*office*/program"), reverse=True)
