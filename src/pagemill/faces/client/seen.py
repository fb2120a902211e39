"""A task as it was last seen: what both kinds of task know without asking."""

from datetime import datetime
from typing import Any

from pagemill.domain.task import TaskState
from pagemill.faces.client.errors import ClientError, Refused, TaskFailed
from pagemill.faces.client.values import Progress, TaskError, TaskRecord

NO_RESULT_CODES = frozenset({"result_not_ready", "cancelled"})


class SeenTask:
    """What is said here is as the service said it last: `refresh()` and `wait()` look again.

    A task that was taken up by its id alone has not been seen: everything but `id` and `ended` raises `ClientError`.
    """

    def __init__(self, task_id: str, record: TaskRecord | None = None) -> None:
        self.id = task_id
        self._record = record

    def __repr__(self) -> str:
        if self._record is None:
            return f"<{type(self).__name__} {self.id}>"
        return f"<{type(self).__name__} {self.id} {self.status} {self.file_name}>"

    @property
    def seen(self) -> TaskRecord:
        """All of it. Raises `ClientError` if the task has not been looked at yet."""
        if self._record is None:
            raise ClientError(f"{self.id} has not been looked at yet", "Call refresh() or wait() first.")
        return self._record

    @property
    def status(self) -> TaskState:
        """queued, running, succeeded, failed or cancelled."""
        return self.seen.status

    @property
    def ended(self) -> bool:
        """Whether it had ended; False if it has not been looked at."""
        return self._record is not None and self._record.status.terminal

    @property
    def progress(self) -> Progress:
        """Pages read, of how many."""
        return self.seen.progress

    @property
    def partial(self) -> bool:
        """Whether it succeeded without some of its pages."""
        return self.seen.partial

    @property
    def error(self) -> TaskError | None:
        """Why it failed; None if it did not."""
        return self.seen.error

    @property
    def file_name(self) -> str:
        """What its file is called."""
        return self.seen.file_name

    @property
    def created_at(self) -> datetime:
        """When it was submitted."""
        return self.seen.created_at

    @property
    def started_at(self) -> datetime | None:
        """When work on it began; None before."""
        return self.seen.started_at

    @property
    def finished_at(self) -> datetime | None:
        """When it ended; None before."""
        return self.seen.finished_at

    @property
    def options(self) -> dict[str, Any]:
        """Its options, without the password."""
        return self.seen.options

    @property
    def metadata(self) -> dict[str, Any]:
        """What was given at its submission."""
        return self.seen.metadata

    @property
    def raw(self) -> dict[str, Any]:
        """Its whole JSON."""
        return self.seen.raw


def why_no_result(task: SeenTask, refused: Refused) -> ClientError:
    """What to raise for a result that was refused; `task` has just been looked at."""
    if refused.code not in NO_RESULT_CODES or not task.ended or task.status is TaskState.SUCCEEDED:
        return refused
    error = task.error or TaskError("cancelled", f"the task {task.id} was cancelled", "Retry it to run it anew.")
    return TaskFailed(task.id, error.code, error.message, error.hint, error.page)
