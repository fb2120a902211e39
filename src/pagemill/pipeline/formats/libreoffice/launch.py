"""What becomes LibreOffice: a small process that confines itself and then runs the program in its own place.

It is started by the same interpreter without site packages, so it and what it imports use the standard library only. Nothing
can be done between fork and exec of a process with threads, as workers are; here there is one thread.
"""

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Sequence

from pagemill.pipeline.formats.libreoffice import landlock, seccomp

UNCONFINED = 125
"""The exit code of a process that could not confine itself, and so has not run the program."""

_PR_SET_PDEATHSIG = 1
_SYSTEM = (
    "/usr", "/bin", "/lib", "/lib64", "/nix/store",
    "/etc/fonts", "/etc/ld.so.cache", "/etc/libreoffice", "/etc/locale.alias", "/etc/localtime",
    "/var/cache/fontconfig", "/var/lib/libreoffice", "/var/spool/libreoffice",
    "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/sys/kernel", "/sys/devices/system/cpu", "/dev/random", "/dev/urandom", "/dev/zero",
)  # fmt: skip


def command(python: str, source_root: str, folder: str, readable: str, most_file_bytes: int) -> list[str]:
    """The beginning of a command line: what is added to it is run confined.

    The program sees the system's programs and fonts and what is below `readable`, and writes only below `folder`, no
    file larger than `most_file_bytes`. It dies with the calling thread. It reaches no network; that can always be relied on,
    while walls around files need Landlock in the kernel.
    """
    main = "import sys; sys.path.append(sys.argv[1]); from pagemill.pipeline.formats.libreoffice.launch import main; main()"
    return [python, "-I", "-S", "-c", main, source_root, str(os.getpid()), folder, readable, str(most_file_bytes)]


def main() -> None:
    """Confines this process as its arguments say, and becomes the program that they name."""
    _, _, parent, folder, readable, most_file_bytes, program, *arguments = sys.argv
    try:
        _die_with(int(parent))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(most_file_bytes), int(most_file_bytes)))
        seccomp.install()
        landlock.restrict((*_SYSTEM, readable), (folder, "/dev/null"))
    except OSError as problem:
        sys.stderr.write(f"LibreOffice is not started, since it cannot be confined: {problem}\n")
        sys.stderr.flush()
        os._exit(UNCONFINED)
    _become(program, arguments)


def _die_with(parent: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(UNCONFINED)


def _become(program: str, arguments: Sequence[str]) -> None:
    os.execv(program, [program, *arguments])  # noqa: S606
