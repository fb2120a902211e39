"""Whether state, blobs and events agree: what `pagemill fsck` reports."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence

import msgspec

from pagemill.blobs.keys import CHUNKS, DOCUMENT_HTML, DOCUMENT_JSON, DOCUMENT_MARKDOWN, DOCUMENT_TEXT, READING
from pagemill.blobs.port import BlobMissing, Blobs
from pagemill.domain.invariants import AttemptRecord, violations
from pagemill.domain.task import JobKind, JobState, TaskState
from pagemill.store.files import StoredFile
from pagemill.store.views import Event, EventKind, TaskAudit, Views

CHUNK_TASKS = 200
MOST_EVENTS = 10_000
RENDITIONS = (DOCUMENT_JSON, DOCUMENT_MARKDOWN, DOCUMENT_HTML, DOCUMENT_TEXT, CHUNKS)
ENDINGS = frozenset({EventKind.SUCCEEDED, EventKind.FAILED, EventKind.CANCELLED})
BEGINNINGS = frozenset({EventKind.SUBMITTED, EventKind.RERUN})


class Finding(msgspec.Struct, frozen=True):
    """Something that must not be: which task (or uploaded file), and what is wrong with it, as a sentence."""

    task_id: str
    what: str


class Checked(msgspec.Struct, frozen=True):
    """One task (or uploaded file) that was looked at, with what was found."""

    task_id: str
    findings: tuple[Finding, ...]


async def audit(views: Views, blobs: Blobs) -> AsyncIterator[Checked]:
    """Looks at every task, then at every uploaded file, a bounded chunk at a time, so that it may run beside a working service.

    What looks wrong is looked at once more: a task may have moved on between its rows and its blobs.
    """
    previous = ""
    while chunk := await views.audit(previous, CHUNK_TASKS):
        for entry in chunk:
            findings = await _look_at(entry, views, blobs)
            if findings:
                findings = await _look_again(entry.view.task.id, previous, views, blobs)
            yield Checked(entry.view.task.id, findings)
            previous = entry.view.task.id
    async for checked in audit_files(views, blobs):
        yield checked


async def audit_files(views: Views, blobs: Blobs) -> AsyncIterator[Checked]:
    """The same for the files that were uploaded to be used many times."""
    previous = ""
    while chunk := await views.audit_files(previous, CHUNK_TASKS):
        for file in chunk:
            wrong = await asyncio.to_thread(wrong_with_blob, file, blobs)
            if wrong and file not in await views.audit_files(previous, 1):
                wrong = ""
            yield Checked(file.id, (Finding(file.id, wrong),) if wrong else ())
            previous = file.id


def wrong_with_blob(file: StoredFile, blobs: Blobs) -> str:
    """What is wrong with the bytes of a file, as a sentence; '' if nothing is."""
    try:
        found = blobs.info(file.blob_key).size_bytes
    except BlobMissing:
        return f"the blob {file.blob_key} is missing"
    return (
        "" if found == file.size_bytes else f"the blob {file.blob_key} has {found} bytes instead of {file.size_bytes}"
    )


async def _look_again(task_id: str, previous: str, views: Views, blobs: Blobs) -> tuple[Finding, ...]:
    again = await views.audit(previous, 1)
    same = [entry for entry in again if entry.view.task.id == task_id]
    return await _look_at(same[0], views, blobs) if same else ()


async def _look_at(entry: TaskAudit, views: Views, blobs: Blobs) -> tuple[Finding, ...]:
    task, spec = entry.view.task, entry.view.spec
    records = [AttemptRecord(attempt.job_id, attempt.attempt, attempt.end) for attempt in entry.attempts]
    events = await views.events(0, MOST_EVENTS, task.id)
    missing = await asyncio.to_thread(missing_blobs, entry, blobs)
    sentences = (
        *violations(task, spec, entry.jobs, records, entry.garbage),
        *event_violations(task.state, events),
        *(f"the blob {key} is missing" for key in missing),
    )
    return tuple(Finding(task.id, sentence) for sentence in sentences)


def event_violations(state: TaskState, events: Sequence[Event]) -> Iterator[str]:
    """What is wrong with a task's history: every revision begins once and ends at most once, the last one as `state` says."""
    if [event.id for event in events] != sorted({event.id for event in events}):
        yield "event ids do not rise"
    kinds = [EventKind(event.kind) for event in events]
    open_revisions = 0
    for kind in kinds:
        if kind in BEGINNINGS:
            open_revisions = 1
        elif kind in ENDINGS:
            open_revisions -= 1
        if open_revisions < 0:
            yield f"the task ended twice ({kind})"
    endings = [kind for kind in kinds if kind in ENDINGS]
    if state.terminal and (open_revisions > 0 or not endings or endings[-1].value != state.value):
        yield f"the task is {state}, and its last ending event is {endings[-1] if endings else 'missing'}"
    if not state.terminal and kinds and open_revisions != 1:
        yield f"the task is {state}, and its events say that it is over"


def missing_blobs(entry: TaskAudit, blobs: Blobs) -> tuple[str, ...]:
    """The keys that rows point to and nothing lies under."""
    stored = {info.key for info in blobs.list(f"{entry.view.task.id}/")}
    return tuple(key for key in wanted_blobs(entry) if key not in stored)


def wanted_blobs(entry: TaskAudit) -> Iterator[str]:
    """The keys that must be there: the input, the published result, and the readings that an assemble still needs."""
    task = entry.view.task
    yield entry.view.spec.input_key
    if task.result_key:
        yield from (f"{task.result_key}{name}" for name in RENDITIONS)
    if not task.state.terminal:
        yield from (
            f"{job.result_key}{READING}"
            for job in entry.jobs
            if job.revision == task.revision and job.state is JobState.DONE and job.kind is not JobKind.ASSEMBLE
        )
