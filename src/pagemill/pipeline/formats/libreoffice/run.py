"""One run of LibreOffice, in a folder of its own: files in, files out."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pagemill
from pagemill.domain.errors import DocumentError, ResourceError, StoreFull
from pagemill.pipeline.formats.libreoffice.installation import Installation
from pagemill.pipeline.formats.libreoffice.launch import UNCONFINED, command
from pagemill.pipeline.formats.libreoffice.profile import write_profile

_SOURCE_ROOT = Path(pagemill.__file__).parents[1]
_START_AGAIN = 81
_MOST_STARTS = 3
_LEAST_FREE_BYTES = 64 * 1024 * 1024
_ARGUMENTS = ("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo", "--nofirststartwizard")


class Workspace:
    """A folder that is all that LibreOffice can see of our data: `files` to be laid into, `made`, profile and home."""

    def __init__(self, folder: Path) -> None:
        self.files = folder / "files"
        self._made = folder / "made"
        self._home = folder / "home"
        self._profile = folder / "profile"
        self._folder = folder
        for part in (self.files, self._made, self._home):
            part.mkdir()
        write_profile(self._profile)

    def run(
        self, office: Installation, paths: Sequence[Path], suffix: str, target: str, most_file_bytes: int
    ) -> list[Path | None]:
        """Converts these of the files; returns what was made of each, in the same order, or None.

        Their suffixes tell LibreOffice what they are. Raises `DocumentError` (`office_required`) where this machine cannot
        confine it, `ResourceError` if the system killed it, `StoreFull`.
        """
        confined = command(sys.executable, str(_SOURCE_ROOT), str(self._folder), str(office.root), most_file_bytes)
        profile = f"-env:UserInstallation={self._profile.as_uri()}"
        conversion = ("--convert-to", target, "--outdir", str(self._made))
        code = self._exit_code([*confined, str(office.program), profile, *_ARGUMENTS, *conversion, *map(str, paths)])
        found = [_whole(self._made / f"{path.stem}.{suffix}") for path in paths]
        if None in found:
            self._explain(code)
        return found

    def _exit_code(self, start: Sequence[str]) -> int:
        """Runs it; with a new profile LibreOffice asks once to be started again."""
        code = _START_AGAIN
        for _ in range(_MOST_STARTS):
            if code == _START_AGAIN:
                code = subprocess.run(  # noqa: S603
                    start,
                    cwd=self._home,
                    env=self._environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    check=False,
                ).returncode
        return code

    def _environment(self) -> dict[str, str]:
        """Nothing of ours: that may hold keys."""
        return {
            "PATH": str(self._home),
            "HOME": str(self._home),
            "TMPDIR": str(self._home),
            "LANG": "C.UTF-8",
            "SAL_USE_VCLPLUGIN": "svp",
            "OOO_DISABLE_RECOVERY": "1",
            "OSL_SOCKET_PATH": ".",
        }

    def _explain(self, code: int) -> None:
        """Raises what explains a missing file, if that is not the file itself."""
        if code == UNCONFINED:
            raise DocumentError(
                "LibreOffice was not started, since this machine cannot confine it",
                code="office_required",
                hint="It is confined by seccomp, on Linux with x86-64 or aarch64. Save the file in a newer format.",
            )
        if code == -signal.SIGKILL:
            raise ResourceError("LibreOffice was killed by the system, probably for want of memory")
        if shutil.disk_usage(self._folder).free < _LEAST_FREE_BYTES:
            raise StoreFull("There is no room left for temporary files")


def _whole(path: Path) -> Path | None:
    is_there = path.is_file() and not path.is_symlink() and path.stat().st_size > 0
    return path if is_there else None
