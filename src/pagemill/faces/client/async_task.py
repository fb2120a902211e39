"""A task of a running service, with every method to be awaited. Step for step what task.py does."""

from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import httpx2

from pagemill.domain.document import Chunk, Document
from pagemill.faces.client import answers, calls
from pagemill.faces.client.async_transport import AsyncTransport
from pagemill.faces.client.errors import Refused, Unreachable
from pagemill.faces.client.requests import Call
from pagemill.faces.client.saving import written_whole
from pagemill.faces.client.seen import SeenTask, why_no_result
from pagemill.faces.client.values import Event, Form, TaskRecord
from pagemill.faces.client.waiting import Deadline


class AsyncTask(SeenTask):
    """A `Task` for `await`, from the same methods of `AsyncClient`. Every method raises `ClientError`."""

    def __init__(self, transport: AsyncTransport, task_id: str, record: TaskRecord | None = None) -> None:
        super().__init__(task_id, record)
        self._transport = transport

    async def refresh(self, wait_seconds: int = 0, patience_seconds: float | None = None) -> Self:
        """Looks at the task again: now, or once it has ended, but after `wait_seconds` (at most 60) at the latest.

        `patience_seconds` is for how long to ask a service that is away; None is what the client was made with.
        """
        return await self._see(calls.look(self.id, wait_seconds), patience_seconds)

    async def wait(self, timeout_seconds: float | None = None) -> Self:
        """Returns the task once it has ended, well or not. Raises `Timeout`; without a time it waits as long as it takes.

        A service that is away or starts again meanwhile is asked until the time is over (without one: for a minute).
        """
        deadline = Deadline(timeout_seconds)
        while not self.ended:
            with deadline.kept(self):
                await self.refresh(deadline.poll_seconds(), deadline.left_seconds)
        return self

    async def result(self) -> Document:
        """Pages, segments and chunks. Raises `TaskFailed`, and `Refused` (`result_not_ready`) before the task has ended."""
        return answers.document(await self.read(Form.JSON))

    async def json(self) -> dict[str, Any]:
        """The same as plain dictionaries and lists."""
        return answers.values(await self.read(Form.JSON))

    async def markdown(self) -> str:
        """The document as Markdown; raises as `result` does."""
        return answers.text(await self.read(Form.MARKDOWN))

    async def html(self) -> str:
        """The document as HTML that is safe to show; raises as `result` does."""
        return answers.text(await self.read(Form.HTML))

    async def text(self) -> str:
        """The document as plain text; raises as `result` does."""
        return answers.text(await self.read(Form.TEXT))

    async def chunks(self) -> Iterator[Chunk]:
        """The pieces for retrieval, in reading order; raises as `result` does."""
        return iter(answers.chunks(await self.read(Form.CHUNKS)))

    async def read(self, form: Form | str) -> bytes:
        """The stored bytes of one form; raises as `result` does."""
        try:
            return await self._transport.send(calls.result(self.id, Form(form)))
        except Refused as refused:
            raise why_no_result(await self.refresh(), refused) from None

    async def save(self, path: str | Path, form: Form | str | None = None) -> Path:
        """Writes one form to a file, piece by piece: the form that its name ends in, if none is named.

        The file appears when it is whole. Raises as `result` does, and `OSError`.
        """
        target = Path(path)
        request = calls.result(self.id, Form(form) if form else Form.of(target)).request
        try:
            with written_whole(target) as file:
                async with self._transport.stream(request) as response:
                    async for piece in response.aiter_bytes():
                        file.write(piece)
        except Refused as refused:
            raise why_no_result(await self.refresh(), refused) from None
        return target

    async def page_image(self, number: int) -> bytes:
        """The PNG of a page, for tasks with the option `page_images`; pages count from 1."""
        return await self._transport.send(calls.picture(self.id, f"pages/{number}"))

    async def segment_image(self, segment_id: str) -> bytes:
        """The PNG of a segment's part of its page, for tasks with the option `page_images`."""
        return await self._transport.send(calls.picture(self.id, f"segments/{segment_id}"))

    async def input(self) -> bytes:
        """The file as it was submitted."""
        return await self._transport.send(calls.input_of(self.id))

    async def cancel(self) -> Self:
        """Ends the task if it has not ended."""
        return await self._see(calls.cancel(self.id))

    async def retry(self) -> Self:
        """Runs a failed, cancelled or partial task again; pages that were read are kept."""
        return await self._see(calls.retry(self.id))

    async def change(self, options: Mapping[str, Any]) -> Self:
        """Runs the task again with these options over its present ones."""
        return await self._see(calls.change(self.id, options))

    async def delete(self) -> None:
        """Removes the task with its file and everything it has."""
        await self._transport.send(calls.delete(self.id))

    async def events(self, after: int = 0) -> AsyncIterator[Event]:
        """What happened to the task since the event `after`, and what happens, until it has ended.

        Goes on where it was when the connection breaks, so nothing is missed and nothing comes twice.
        """
        ended = False
        while not ended:
            ended = (await self.refresh()).ended
            try:
                async with self._transport.stream(calls.events(self.id, after)) as response:
                    async for frame in httpx2.EventSource(response):
                        for event in answers.event(frame):
                            after = event.id
                            yield event
            except Unreachable:
                ended = False

    async def _see(self, call: Call[TaskRecord], patience_seconds: float | None = None) -> Self:
        self._record = await self._transport.send(call, patience_seconds)
        return self
