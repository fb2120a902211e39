"""The watched folder: which files in it are complete, and where they go when they have been read.

What lies outside `done` and `failed` still has to be done. So the folder itself is the state, and whoever is killed goes on
where the files say; `.pagemill` only remembers which task a file has become.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

DONE, FAILED, MEMORY = "done", "failed", ".pagemill"
UNFINISHED_ENDINGS = (".part", ".partial", ".tmp", ".crdownload", ".download", ".filepart", ".swp", "~")


class Shape(msgspec.Struct, frozen=True):
    """A file's size and time of change: as long as both stay, nobody writes to it."""

    size_bytes: int
    modified_nanoseconds: int


class Incoming(msgspec.Struct, frozen=True):
    """A complete file: its name relative to the folder, its shape when it was found complete, and its content's SHA-256."""

    name: Path
    shape: Shape
    sha256: str

    @property
    def key(self) -> str:
        """The same for the same content under the same name, whoever asks and whenever."""
        return hashlib.sha256(os.fsencode(self.name) + b"\0" + self.sha256.encode()).hexdigest()


class FolderBusy(Exception):
    """Another process takes files from this folder."""


class Folder:
    """One watched folder. Only one process may take files from it: it holds a lock from `open` to `close`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._seen: dict[Path, Shape] = {}
        self._lock = -1

    def open(self) -> None:
        """Takes the folder. Raises `FolderBusy`, and `OSError` if nothing can be written there."""
        (self.root / MEMORY).mkdir(exist_ok=True)
        self._lock = os.open(self.root / MEMORY / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.close()
            raise FolderBusy(f"another `pagemill ingest` takes files from {self.root}") from None
        self._drop_stale_notes()

    def close(self) -> None:
        """Gives the folder up."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def look(self) -> tuple[list[Path], int]:
        """The names of the files that have not changed since the last look, in order, and how many others there are."""
        before, self._seen = self._seen, dict(self._files())
        complete = [name for name, shape in self._seen.items() if before.get(name) == shape]
        return complete, len(self._seen) - len(complete)

    def incoming(self, name: Path) -> Incoming | None:
        """The file with its hash; None if it is gone, changed while it was read, or cannot be read."""
        try:
            before = self.shape(name)
            with (self.root / name).open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return None
        return Incoming(name, before, digest) if before is not None and before == self.shape(name) else None

    def shape(self, name: Path) -> Shape | None:
        """How the file is now; None if it is gone."""
        try:
            found = (self.root / name).stat()
        except OSError:
            return None
        return Shape(found.st_size, found.st_mtime_ns)

    def place(self, where: str, file: Incoming) -> Path:
        """Where the file goes in `done` or `failed`: under its own name, unless another one of that name lies there."""
        target = self.root / where / file.name
        if target.exists() and _sha256(target) != file.sha256:
            target = target.with_name(f"{target.stem}-{file.sha256[:8]}{target.suffix}")
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def move(self, file: Incoming, target: Path) -> None:
        """Ends the file: as soon as it lies at `target`, it is done with."""
        (self.root / file.name).replace(target)
        self.forget(file)

    def remember(self, file: Incoming, task_id: str) -> None:
        """Notes which task the file has become."""
        named = {"file": shown(file.name), "name": os.fsencode(file.name).hex()}
        write_json(self._note(file), named | {"task_id": task_id})

    def recall(self, file: Incoming) -> str:
        """The task that the file has become, '' if none is known."""
        try:
            return str(json.loads(self._note(file).read_bytes())["task_id"])
        except (OSError, ValueError, KeyError):
            return ""

    def forget(self, file: Incoming) -> None:
        """Drops the note."""
        self._note(file).unlink(missing_ok=True)

    def _drop_stale_notes(self) -> None:
        """Notes of files that were moved away just before this process's forerunner was killed."""
        for note in (self.root / MEMORY).glob("*.json"):
            try:
                name = os.fsdecode(bytes.fromhex(json.loads(note.read_bytes())["name"]))
            except (ValueError, KeyError):
                name = ""
            if not name or self.shape(Path(name)) is None:
                note.unlink(missing_ok=True)

    def _note(self, file: Incoming) -> Path:
        return self.root / MEMORY / f"{file.key}.json"

    def _files(self) -> Iterator[tuple[Path, Shape]]:
        for here, subfolders, names in os.walk(self.root):
            relative = Path(here).relative_to(self.root)
            at_top = not relative.parts
            subfolders[:] = sorted(
                name for name in subfolders if not name.startswith(".") and not (at_top and name in (DONE, FAILED))
            )
            for name in sorted(names):
                shape = None if _is_unfinished(name) else self.shape(relative / name)
                if shape is not None:
                    yield relative / name, shape


def shown(name: Path) -> str:
    """The name as it can be written, whatever bytes it is made of."""
    return os.fsencode(name).decode("utf-8", "replace")


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Writes the value; the file appears when it is whole."""
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")
    unfinished.replace(path)


def _is_unfinished(name: str) -> bool:
    return name.startswith(".") or name.lower().endswith(UNFINISHED_ENDINGS)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
