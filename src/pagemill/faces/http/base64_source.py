"""The JSON way to submit: the file as base64 inside the body, which bounds how large it can be."""

from binascii import Error as Base64Error
from binascii import a2b_base64
from typing import Any

import anyio.to_thread
import msgspec

from pagemill.domain.errors import RequestError
from pagemill.intake.upload import Upload

JSON_BYTES = 32 * 1024 * 1024
"""A JSON body has to be in memory at once, so it is smaller than other uploads: about 24 MB of file."""

JSON_BODIES = 8
"""How many such bodies may be in memory at a time; more have to wait."""

JSON_BODY_SECONDS = 120.0
"""How long one may take to arrive, so that slow senders do not keep the others out."""

SLICE_CHARACTERS = 1024 * 1024
"""A multiple of 4: each slice of base64 is decoded by itself."""


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the file is: exactly one of these."""

    base64: str | None = None
    url: str | None = None
    file_id: str | None = None


class SubmitBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file and what to do with it."""

    source: Source
    file_name: str = ""
    options: dict[str, Any] = msgspec.field(default_factory=dict)
    priority: str | None = None
    metadata: dict[str, Any] = msgspec.field(default_factory=dict)
    webhook: Any = None

    def refuse_unbuilt(self) -> None:
        """Raises `RequestError` for what this service does not do yet, and for a source that is none."""
        if self.source.url is not None:
            raise RequestError("`source.url` is not built yet", hint="Send the file itself.")
        if self.webhook is not None:
            raise RequestError(
                "`webhook` is not built yet", hint="Follow GET /v1/tasks/{id}/events, or poll with `wait`."
            )
        if (self.source.base64 is None) == (self.source.file_id is None):
            raise RequestError(
                "`source` names no file, or two", hint="Send the file's bytes as `source.base64`, or name a `file_id`."
            )


async def receive_base64(body: SubmitBody, upload: Upload) -> None:
    """Decodes the source slice by slice into `upload`. Raises `RequestError` for what is not base64."""
    await upload.open(body.file_name)
    text = body.source.base64 or ""
    for start in range(0, len(text), SLICE_CHARACTERS):
        await upload.write(await anyio.to_thread.run_sync(_decoded, text[start : start + SLICE_CHARACTERS]))


def _decoded(text: str) -> bytes:
    try:
        return a2b_base64(text, strict_mode=True)
    except (Base64Error, ValueError) as problem:
        raise RequestError(f"`source.base64` is not base64: {problem}") from None
