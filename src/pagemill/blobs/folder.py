"""Blobs in a folder, written so that a power cut leaves each one whole or absent.

A write goes to a hidden file beside its place, is synced, renamed, and its folders are synced up to the one that holds the
root: another process may have made one of them a moment ago and not synced it yet. A clean folder costs about 0.04 ms.
"""

import errno
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pagemill.blobs.keys import checked, checked_prefix
from pagemill.blobs.port import BlobInfo, BlobMissing
from pagemill.domain.errors import StoreFull, TransientError

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_DISK_ERRORS = _NO_ROOM | {errno.EIO, errno.EROFS, errno.ESTALE}
_NO_LINKS = frozenset({errno.EMLINK, errno.EPERM, errno.EXDEV, errno.EOPNOTSUPP, errno.ENOSYS})
_OPENING_TRIES = 20
COPY_BYTES = 1024 * 1024


@dataclass(frozen=True)
class FolderBlobs:
    """The blobs under `root`, an absolute path; the folder is made with the first write."""

    root: Path

    def put(self, key: str, content: bytes) -> None:
        """Stores `content` durably under `key`, replacing what was there."""
        with self.write(key) as file:
            file.write(content)

    @contextmanager
    def write(self, key: str) -> Iterator[BinaryIO]:
        """A file to write a large blob through; durable when the block ends, gone without a trace if it raises."""
        place = self._place(key)
        with _storage_errors(key):
            unfinished, file = _open_unfinished(place)
        try:
            with file:
                with _disk_errors(key):
                    yield file
                with _storage_errors(key):
                    file.flush()
                    os.fsync(file.fileno())
            with _storage_errors(key):
                unfinished.replace(place)
                self._sync_folders(place.parent)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise

    def copy(self, source_key: str, target_key: str) -> None:
        """Gives a blob a second key: a hard link, since blobs are never changed in place, or a copy where none can be made.

        Raises `BlobMissing`.
        """
        source, place = self._place(source_key), self._place(target_key)
        with _storage_errors(source_key):
            linked = _linked(source, place)
            if linked is not None:
                try:
                    linked.replace(place)
                    self._sync_folders(place.parent)
                finally:
                    linked.unlink(missing_ok=True)  # two names of one file: a replacement leaves both
        if linked is None:
            with self.open(source_key) as file, self.write(target_key) as copy:
                shutil.copyfileobj(file, copy, COPY_BYTES)

    def adopt(self, key: str, file: Path) -> None:
        """Shows a file of somebody else's under `key`, without a copy: a link, so the file must stay and is never changed."""
        place = self._place(key)
        with _storage_errors(key):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(file.absolute())

    def get(self, key: str) -> bytes:
        """The whole blob. Raises `BlobMissing`."""
        with self.open(key) as file, _storage_errors(key):
            return file.read()

    def open(self, key: str) -> BinaryIO:
        """A readable, seekable file of the blob. Raises `BlobMissing`."""
        with _storage_errors(key):
            return self._place(key).open("rb")

    @contextmanager
    def local_file(self, key: str) -> Iterator[Path]:
        """The blob as a file on this machine; it is not the caller's to change. Raises `BlobMissing`."""
        self.info(key)
        yield self._place(key)

    def info(self, key: str) -> BlobInfo:
        """Size and time of one blob. Raises `BlobMissing`."""
        with _storage_errors(key):
            return _info(key, self._place(key).stat())

    def list(self, prefix: str) -> Iterator[BlobInfo]:
        """All blobs whose key starts with `prefix` (every blob if it is empty), in no order, without unfinished writes."""
        if prefix:
            checked_prefix(prefix)
        with _storage_errors(prefix):
            for path in self._files(prefix):
                if not path.name.startswith("."):
                    with suppress(FileNotFoundError):
                        yield _info(path.relative_to(self.root).as_posix(), path.stat())

    def owners(self) -> Iterator[str]:
        """The first part of every key, each once, in no order; those of unfinished writes too."""
        with _storage_errors(""):
            return iter([entry.name for entry in _entries(self.root) if not entry.name.startswith(".")])

    def delete(self, prefixes: Iterable[str]) -> None:
        """Removes every blob under each prefix, unfinished writes included; what is not there is no error."""
        for prefix in prefixes:
            with _storage_errors(checked_prefix(prefix)):
                folders = {path.parent for path in self._files(prefix) if _unlinked(path)}
                for folder in folders:
                    self._remove_empty(folder)

    def _place(self, key: str) -> Path:
        return self.root / checked(key)

    def _files(self, prefix: str) -> Iterator[Path]:
        """Every file whose key starts with `prefix`, and the hidden ones of unfinished writes to such a key."""
        parent, _, start = prefix.rpartition("/")
        for entry in _entries(self.root / parent):
            if entry.name.lstrip(".").startswith(start):
                yield from _walk(entry)

    def _sync_folders(self, folder: Path) -> None:
        while folder != self.root.parent:
            _sync(folder)
            folder = folder.parent
        _sync(folder)

    def _remove_empty(self, folder: Path) -> None:
        with suppress(OSError):
            while folder != self.root:
                folder.rmdir()
                folder = folder.parent


@contextmanager
def _storage_errors(key: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise BlobMissing(f"The blob {key!r} is not there") from error
    except OSError as error:
        raise _storage_error(key, error) from error


@contextmanager
def _disk_errors(key: str) -> Iterator[None]:
    """For a block of the caller's, who may have files and connections of its own that fail."""
    try:
        yield
    except OSError as error:
        if error.errno in _DISK_ERRORS:
            raise _storage_error(key, error) from error
        raise


def _storage_error(key: str, error: OSError) -> StoreFull | TransientError:
    if error.errno in _NO_ROOM:
        return StoreFull(f"There is no room left to write the blob {key!r}: {error.strerror}")
    return TransientError(f"The storage failed at the blob {key!r}: {error.strerror}")


def _open_unfinished(place: Path) -> tuple[Path, BinaryIO]:
    """A new hidden file beside `place`; tried again if a delete takes the empty folder away in between."""
    unfinished = _unfinished_name(place)
    for _ in range(_OPENING_TRIES):
        with suppress(FileNotFoundError, FileExistsError):
            place.parent.mkdir(parents=True, exist_ok=True)
            return unfinished, open(unfinished, "xb", opener=_private)
    raise OSError(errno.EAGAIN, f"the folder {place.parent} cannot be made, or keeps disappearing")


def _linked(source: Path, place: Path) -> Path | None:
    """A new hidden name of `source` beside `place`; None where the disk has no (more) links. Raises `FileNotFoundError`."""
    unfinished = _unfinished_name(place)
    for _ in range(_OPENING_TRIES):
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            unfinished.hardlink_to(source)
        except FileNotFoundError:
            if not source.exists():
                raise
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            return None
        else:
            return unfinished
    raise OSError(errno.EAGAIN, f"the folder {place.parent} keeps disappearing")


def _unfinished_name(place: Path) -> Path:
    return place.with_name(f".{place.name}.{secrets.token_hex(8)}")


def _private(path: str, flags: int) -> int:
    """Documents and passwords are for the service's own user only, whatever the umask."""
    return os.open(path, flags, 0o600)


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return


def _walk(entry: os.DirEntry[str]) -> Iterator[Path]:
    if not entry.is_dir(follow_symlinks=False):
        yield Path(entry.path)
        return
    for child in _entries(Path(entry.path)):
        yield from _walk(child)


def _unlinked(path: Path) -> bool:
    path.unlink(missing_ok=True)
    return True


def _info(key: str, stat: os.stat_result) -> BlobInfo:
    return BlobInfo(key, stat.st_size, stat.st_mtime)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
