"""The data folder: room, whether its disk keeps what is written, who works on it, and the database in it."""

import os
import shutil
from pathlib import Path
from tempfile import TemporaryFile

import psutil

from pagemill.domain.limits import MEBIBYTE
from pagemill.faces.cli.checks.check import Check, missing, ok, problem
from pagemill.store.migrate import DatabaseState

LEAST_FREE_BYTES = 1024 * MEBIBYTE
NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "fuse.s3fs", "ceph"})


def room(folder: Path) -> Check:
    """How much more fits on the disk."""
    usage = shutil.disk_usage(_existing(folder))
    detail = f"{usage.free / 1e9:.1f} of {usage.total / 1e9:.1f} GB free at {folder.absolute()}"
    if usage.free < LEAST_FREE_BYTES:
        return problem("disk", detail, "Free some room, or name another folder with PAGEMILL_DATA.")
    return ok("disk", detail)


def durability(folder: Path) -> Check:
    """Whether files can be written there and synced. A folder that is not there yet is tried at its parent."""
    place = _existing(folder)
    try:
        with TemporaryFile(dir=place, prefix=".pagemill-") as file:
            file.write(b"synced")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return problem("fsync", f"{place}: {error.strerror}", "Let the service's user write there, on a local disk.")
    kind = file_system(place)
    if kind in NETWORK_FILE_SYSTEMS:
        return problem("fsync", f"{place} is on {kind}", "Put the data on a local disk: SQLite's log needs one.")
    return ok("fsync", f"works at {place.absolute()}{f' ({kind})' if kind else ''}")


def lock(folder: Path, holder: str | None) -> Check:
    """Who works on the folder; nobody is just as well."""
    if not folder.is_dir():
        return missing(
            "data folder", f"{folder.absolute()} is not there", "`pagemill serve` makes it at its first start."
        )
    return ok("data folder", f"{folder.absolute()}: {f'in use by {holder}' if holder else 'no service runs on it'}")


def database(state: DatabaseState | None) -> Check:
    """The schema, compared with this program's."""
    if state is None:
        return missing("database", "none yet", "`pagemill serve` makes it at its first start.")
    detail = f"schema version {state.version}, this program's is {state.newest}"
    if state.version > state.newest:
        return problem("database", detail, "Start the newer Pagemill that wrote it.")
    if state.version < state.newest:
        return missing("database", detail, "`pagemill serve` or `pagemill db migrate` brings it up to date.")
    return ok("database", f"schema version {state.version}")


def file_system(place: Path) -> str:
    """The kind of file system at `place`, '' if the machine does not tell."""
    mounts = {Path(part.mountpoint): str(part.fstype) for part in psutil.disk_partitions(all=True)}
    above = [folder for folder in (place.resolve(), *place.resolve().parents) if folder in mounts]
    return mounts[above[0]] if above else ""


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    absolute = folder.absolute()
    return next(place for place in (absolute, *absolute.parents) if place.is_dir())
