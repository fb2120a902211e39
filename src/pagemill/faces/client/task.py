"""A task of a running service, to be waited for and read."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import httpx2

from pagemill.domain.document import Chunk, Document
from pagemill.faces.client import answers, calls
from pagemill.faces.client.errors import Refused, Unreachable
from pagemill.faces.client.requests import Call
from pagemill.faces.client.saving import written_whole
from pagemill.faces.client.seen import SeenTask, why_no_result
from pagemill.faces.client.transport import Transport
from pagemill.faces.client.values import Event, Form, TaskRecord
from pagemill.faces.client.waiting import Deadline


class Task(SeenTask):
    """Comes from `Client.submit`, `get`, `task` and `tasks`. Every method raises `ClientError`."""

    def __init__(self, transport: Transport, task_id: str, record: TaskRecord | None = None) -> None:
        super().__init__(task_id, record)
        self._transport = transport

    def refresh(self, wait_seconds: int = 0, patience_seconds: float | None = None) -> Self:
        """Looks at the task again: now, or once it has ended, but after `wait_seconds` (at most 60) at the latest.

        `patience_seconds` is for how long to ask a service that is away; None is what the client was made with.
        """
        return self._see(calls.look(self.id, wait_seconds), patience_seconds)

    def wait(self, timeout_seconds: float | None = None) -> Self:
        """Returns the task once it has ended, well or not. Raises `Timeout`; without a time it waits as long as it takes.

        A service that is away or starts again meanwhile is asked until the time is over (without one: for a minute).
        """
        deadline = Deadline(timeout_seconds)
        while not self.ended:
            with deadline.kept(self):
                self.refresh(deadline.poll_seconds(), deadline.left_seconds)
        return self

    def result(self) -> Document:
        """Pages, segments and chunks. Raises `TaskFailed`, and `Refused` (`result_not_ready`) before the task has ended."""
        return answers.document(self.read(Form.JSON))

    def json(self) -> dict[str, Any]:
        """The same as plain dictionaries and lists."""
        return answers.values(self.read(Form.JSON))

    def markdown(self) -> str:
        """The document as Markdown; raises as `result` does."""
        return answers.text(self.read(Form.MARKDOWN))

    def html(self) -> str:
        """The document as HTML that is safe to show; raises as `result` does."""
        return answers.text(self.read(Form.HTML))

    def text(self) -> str:
        """The document as plain text; raises as `result` does."""
        return answers.text(self.read(Form.TEXT))

    def chunks(self) -> Iterator[Chunk]:
        """The pieces for retrieval, in reading order; raises as `result` does."""
        return iter(answers.chunks(self.read(Form.CHUNKS)))

    def read(self, form: Form | str) -> bytes:
        """The stored bytes of one form; raises as `result` does."""
        try:
            return self._transport.send(calls.result(self.id, Form(form)))
        except Refused as refused:
            raise why_no_result(self.refresh(), refused) from None

    def save(self, path: str | Path, form: Form | str | None = None) -> Path:
        """Writes one form to a file, piece by piece: the form that its name ends in, if none is named.

        The file appears when it is whole. Raises as `result` does, and `OSError`.
        """
        target = Path(path)
        request = calls.result(self.id, Form(form) if form else Form.of(target)).request
        try:
            with written_whole(target) as file, self._transport.stream(request) as response:
                for piece in response.iter_bytes():
                    file.write(piece)
        except Refused as refused:
            raise why_no_result(self.refresh(), refused) from None
        return target

    def page_image(self, number: int) -> bytes:
        """The PNG of a page, for tasks with the option `page_images`; pages count from 1."""
        return self._transport.send(calls.picture(self.id, f"pages/{number}"))

    def segment_image(self, segment_id: str) -> bytes:
        """The PNG of a segment's part of its page, for tasks with the option `page_images`."""
        return self._transport.send(calls.picture(self.id, f"segments/{segment_id}"))

    def input(self) -> bytes:
        """The file as it was submitted."""
        return self._transport.send(calls.input_of(self.id))

    def cancel(self) -> Self:
        """Ends the task if it has not ended."""
        return self._see(calls.cancel(self.id))

    def retry(self) -> Self:
        """Runs a failed, cancelled or partial task again; pages that were read are kept."""
        return self._see(calls.retry(self.id))

    def change(self, options: Mapping[str, Any]) -> Self:
        """Runs the task again with these options over its present ones."""
        return self._see(calls.change(self.id, options))

    def delete(self) -> None:
        """Removes the task with its file and everything it has."""
        self._transport.send(calls.delete(self.id))

    def events(self, after: int = 0) -> Iterator[Event]:
        """What happened to the task since the event `after`, and what happens, until it has ended.

        Goes on where it was when the connection breaks, so nothing is missed and nothing comes twice.
        """
        ended = False
        while not ended:
            ended = self.refresh().ended
            try:
                with self._transport.stream(calls.events(self.id, after)) as response:
                    for frame in httpx2.EventSource(response):
                        for event in answers.event(frame):
                            after = event.id
                            yield event
            except Unreachable:
                ended = False

    def _see(self, call: Call[TaskRecord], patience_seconds: float | None = None) -> Self:
        self._record = self._transport.send(call, patience_seconds)
        return self
