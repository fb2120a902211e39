"""The loop: complete files become tasks, several at a time, and tasks that have ended become results in the folder."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from pagemill.base.clock import Clock, SystemClock
from pagemill.domain.errors import CATALOGUE, Fault
from pagemill.domain.task import TaskState
from pagemill.faces.cli.ingest.folder import DONE, FAILED, Folder, Incoming, shown, write_json
from pagemill.faces.client import Client, ClientError, Form, Refused, Task, TaskError, Unreachable

LOOK_SECONDS = 1.0
"""A file that stays as it is for so long is complete."""

POLL_SECONDS = 0.2
PUT_BACK = "Put the file back to send it again."


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file: the task ('' if it was refused), the files written, and the error, if there is one."""

    name: Path
    task_id: str = ""
    pages: int = 0
    partial: bool = False
    results: tuple[Path, ...] = ()
    error: TaskError | None = None


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted of every file: options, the forms to write, and how many tasks to have under way."""

    options: Mapping[str, Any]
    forms: tuple[Form, ...]
    at_once: int


class Ingest:
    """Takes files from `folder`, which it must have for itself, until nothing is left or for ever.

    `told` hears of every file that has ended, `away` of a service that does not answer.
    """

    def __init__(
        self,
        client: Client,
        folder: Folder,
        wanted: Wanted,
        told: Callable[[Ended], None],
        away: Callable[[ClientError], None],
        clock: Clock | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._folder = folder
        self._wanted = wanted
        self._told = told
        self._away = away
        self._clock = clock or SystemClock()
        self._pause = pause
        self._waiting: deque[Path] = deque()
        self._under_way: dict[Path, tuple[Incoming, Task]] = {}
        self._look_at_seconds = 0.0
        self.unfinished = 0

    def once(self) -> None:
        """Takes what is complete now to its end. `unfinished` says how many files still were being written."""
        self._folder.look()
        self._pause(LOOK_SECONDS)
        self._look()
        while self._waiting or self._under_way:
            if not self._step():
                self._pause(POLL_SECONDS)

    def forever(self) -> None:
        """Takes whatever becomes complete, also after the service was away."""
        silent = False
        while True:
            if self._clock.monotonic_seconds() >= self._look_at_seconds:
                self._look()
            try:
                busy = self._step()
                silent = False
            except ClientError as problem:
                if not _may_come_back(problem):
                    raise
                if not silent:
                    self._away(problem)
                silent, busy = True, False
            if not busy:
                self._pause(POLL_SECONDS if self._under_way else LOOK_SECONDS)

    def _look(self) -> None:
        self._look_at_seconds = self._clock.monotonic_seconds() + LOOK_SECONDS
        complete, self.unfinished = self._folder.look()
        self._waiting = deque(name for name in complete if name not in self._under_way)

    def _step(self) -> bool:
        """Fills up what is under way and ends what has ended; says whether there was anything to do."""
        before = len(self._waiting), len(self._under_way)
        while self._waiting and len(self._under_way) < self._wanted.at_once:
            file = self._folder.incoming(self._waiting[0])
            if file is not None:
                self._begin(file)
            self._waiting.popleft()
        for file, task in list(self._under_way.values()):
            if self._is_over(file, task):
                del self._under_way[file.name]
        return before != (len(self._waiting), len(self._under_way))

    def _begin(self, file: Incoming) -> None:
        try:
            task = self._taken_up(file) or self._submitted(file)
        except Refused as problem:
            if not _is_the_files_fault(problem):
                raise
            self._fail(file, "", TaskError(problem.code, problem.message, problem.hint))
            return
        self._under_way[file.name] = file, task

    def _taken_up(self, file: Incoming) -> Task | None:
        """The task that the file had become before this process began."""
        task_id = self._folder.recall(file)
        return self._client.task(task_id) if task_id else None

    def _submitted(self, file: Incoming) -> Task:
        """The file's task. A file that comes back after its task had failed is tried again."""
        task = self._submit(file)
        if task.status in (TaskState.FAILED, TaskState.CANCELLED):
            task.retry()
        self._folder.remember(file, task.id)
        return task

    def _submit(self, file: Incoming) -> Task:
        """The same key gives the same task, unless that was deleted: then the next key, which is just as predictable."""
        for number in count():
            try:
                return self._client.submit(
                    self._folder.root / file.name,
                    options=self._wanted.options,
                    file_name=shown(Path(file.name.name)),
                    metadata={"ingest": {"file": shown(file.name), "sha256": file.sha256}},
                    idempotency_key=f"ingest-{file.key}{f'-{number}' if number else ''}",
                )
            except Refused as problem:
                if problem.code != "idempotency_conflict":
                    raise
        raise AssertionError("there is always a next number")

    def _is_over(self, file: Incoming, task: Task) -> bool:
        """Whether the task has ended, or was deleted; then the file has found its place."""
        try:
            if not task.refresh().ended:
                return False
        except Refused as problem:
            if problem.code != "not_found":
                raise
            self._fail(file, task.id, TaskError(problem.code, "the task was deleted", PUT_BACK))
            return True
        self._end(file, task)
        return True

    def _end(self, file: Incoming, task: Task) -> None:
        if task.status is not TaskState.SUCCEEDED:
            self._fail(file, task.id, task.error or TaskError("cancelled", "the task was cancelled", PUT_BACK))
        elif self._is_unchanged(file):
            target = self._folder.place(DONE, file)
            results = tuple(task.save(target.with_name(f"{target.name}.{form}"), form) for form in self._wanted.forms)
            self._folder.move(file, target)
            pages, partial = task.progress.pages_done, task.partial
            self._told(Ended(name=file.name, task_id=task.id, pages=pages, partial=partial, results=results))

    def _is_unchanged(self, file: Incoming) -> bool:
        """Whether it is still this file that lies there; another one of its name begins anew."""
        if self._folder.shape(file.name) == file.shape:
            return True
        self._folder.forget(file)
        return False

    def _fail(self, file: Incoming, task_id: str, error: TaskError) -> None:
        if not self._is_unchanged(file):
            return
        target = self._folder.place(FAILED, file)
        named = {"code": error.code, "detail": error.message, "hint": error.hint, "page": error.page}
        write_json(
            target.with_name(f"{target.name}.error.json"), {"file": shown(file.name), "task_id": task_id, **named}
        )
        self._folder.move(file, target)
        self._told(Ended(name=file.name, task_id=task_id, error=error))


def _may_come_back(problem: ClientError) -> bool:
    """Whether it is the service that is away, busy or broken, and may be well again later."""
    return isinstance(problem, Unreachable) or (
        isinstance(problem, Refused) and (problem.busy or problem.status >= 500)
    )


def _is_the_files_fault(problem: Refused) -> bool:
    entry = CATALOGUE.get(problem.code)
    return entry is not None and entry.fault is Fault.DOCUMENT
