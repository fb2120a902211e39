"""One service process owns a data folder: the lock on it is that node's liveness, and it ends with the process."""

import fcntl
import os
from pathlib import Path


class FolderInUse(Exception):
    """Another live process owns the data folder."""

    def __init__(self, folder: Path, holder: str) -> None:
        self.folder = folder
        super().__init__(
            f"{folder} is in use by another pagemill process ({holder}). On SQLite one process owns a data folder: "
            "stop that one, choose another folder with --data, or use PostgreSQL for many processes."
        )


class FolderLock:
    """An advisory lock (`flock`) on `folder/lock`; not inherited by children, released by the kernel if we are killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptor = -1

    def acquire(self) -> None:
        """Takes the lock, creating the folder if needed. Raises `FolderInUse`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            named = _name_in(descriptor)
            os.close(descriptor)
            raise FolderInUse(self._folder, named) from None
        self._descriptor = descriptor
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()}".encode(), 0)

    def release(self) -> None:
        """Gives the lock up; harmless if it is not held."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def holder(folder: Path) -> str | None:
    """Who owns the data folder just now; None for nobody. Makes nothing."""
    try:
        descriptor = os.open(folder / "lock", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _name_in(descriptor)
    else:
        return None
    finally:
        os.close(descriptor)


def _name_in(descriptor: int) -> str:
    return os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "process unknown"
