"""Whether state, blobs and events agree: what `pagemill fsck` reports."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence

import msgspec

from pagemill.blobs.keys import CHUNKS, DOCUMENT_HTML, DOCUMENT_JSON, DOCUMENT_MARKDOWN, DOCUMENT_TEXT, READING
from pagemill.blobs.port import BlobMissing, Blobs
from pagemill.domain.invariants import AttemptRecord, violations
from pagemill.domain.options import DAY_SECONDS
from pagemill.domain.task import JobKind, JobState, TaskState
from pagemill.store.files import StoredFile
from pagemill.store.retention import EVENT_SECONDS
from pagemill.store.views import Event, EventKind, TaskAudit, Views

CHUNK_TASKS = 200
MOST_EVENTS = 10_000
RENDITIONS = (DOCUMENT_JSON, DOCUMENT_MARKDOWN, DOCUMENT_HTML, DOCUMENT_TEXT, CHUNKS)
ENDINGS = frozenset({EventKind.SUCCEEDED, EventKind.FAILED, EventKind.CANCELLED})
BEGINNINGS = frozenset({EventKind.SUBMITTED, EventKind.RERUN})
INPUT_LOST = "input_lost"
"""A task that failed because its input is gone does not need it."""


class Finding(msgspec.Struct, frozen=True):
    """Something that must not be: which task or uploaded file ('' for the database as a whole), and what is wrong with it."""

    task_id: str
    what: str


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """One task that was looked at: what its rows and its events break, and which blobs are missing."""

    entry: TaskAudit
    rows: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def task_id(self) -> str:
        """The task's id."""
        return self.entry.view.task.id

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of it, a sentence each."""
        sentences = (*self.rows, *self.history, *(f"the blob {key} is missing" for key in self.missing))
        return tuple(Finding(self.task_id, sentence) for sentence in sentences)


async def audit(views: Views, blobs: Blobs) -> AsyncIterator[Checked]:
    """Looks at every task, a bounded chunk at a time, so that it may run beside a working service.

    What looks wrong is looked at once more: a task may have moved on between its rows and its blobs.
    """
    previous = ""
    while chunk := await views.audit(previous, CHUNK_TASKS):
        for entry in chunk:
            checked = await _look_at(entry, views, blobs)
            if checked.findings:
                checked = await _look_again(checked, previous, views, blobs)
            yield checked
            previous = entry.view.task.id


async def audit_files(views: Views, blobs: Blobs) -> AsyncIterator[Finding]:
    """What is wrong with the files that were uploaded to be used many times."""
    previous = ""
    while chunk := await views.audit_files(previous, CHUNK_TASKS):
        for file in chunk:
            wrong = await asyncio.to_thread(wrong_with_blob, file, blobs)
            if wrong and file in await views.audit_files(previous, 1):
                yield Finding(file.id, wrong)
            previous = file.id


class Survey(msgspec.Struct, frozen=True):
    """How many tasks were looked at, and everything that is wrong: with tasks, files and the database."""

    tasks: int
    findings: tuple[Finding, ...]


async def survey(views: Views, blobs: Blobs) -> Survey:
    """Looks at everything there is."""
    findings = [Finding("", f"{one.rows} rows of {one.table} lack their {one.lacks}") for one in await views.dangling()]
    tasks = 0
    async for checked in audit(views, blobs):
        tasks += 1
        findings += checked.findings
    findings += [finding async for finding in audit_files(views, blobs)]
    return Survey(tasks, tuple(findings))


def wrong_with_blob(file: StoredFile, blobs: Blobs) -> str:
    """What is wrong with the bytes of a file, as a sentence; '' if nothing is."""
    try:
        found = blobs.info(file.blob_key).size_bytes
    except BlobMissing:
        return f"the blob {file.blob_key} is missing"
    return (
        "" if found == file.size_bytes else f"the blob {file.blob_key} has {found} bytes instead of {file.size_bytes}"
    )


async def _look_again(first: Checked, previous: str, views: Views, blobs: Blobs) -> Checked:
    again = await views.audit(previous, 1)
    same = [entry for entry in again if entry.view.task.id == first.task_id]
    return await _look_at(same[0], views, blobs) if same else Checked(entry=first.entry)


async def _look_at(entry: TaskAudit, views: Views, blobs: Blobs) -> Checked:
    task, spec = entry.view.task, entry.view.spec
    records = [AttemptRecord(attempt.job_id, attempt.attempt, attempt.end) for attempt in entry.attempts]
    return Checked(
        entry=entry,
        rows=violations(task, spec, entry.jobs, records, entry.garbage),
        history=await _history(entry, views),
        missing=await asyncio.to_thread(missing_blobs, entry, blobs),
    )


async def _history(entry: TaskAudit, views: Views) -> tuple[str, ...]:
    """What is wrong with the task's events, unless they may have been pruned since it ended."""
    task = entry.view.task
    kept_since = await views.now() - EVENT_SECONDS + DAY_SECONDS
    if task.finished_at is not None and task.finished_at < kept_since:
        return ()
    return tuple(event_violations(task.state, await views.events(0, MOST_EVENTS, task.id)))


def event_violations(state: TaskState, events: Sequence[Event]) -> Iterator[str]:
    """What is wrong with a task's history: every revision begins once and ends at most once, the last one as `state` says."""
    if [event.id for event in events] != sorted({event.id for event in events}):
        yield "event ids do not rise"
    kinds = [EventKind(event.kind) for event in events]
    # Events are pruned by age: what is left of a long history may begin in the middle of a revision.
    open_revisions = int(bool(kinds) and kinds[0] not in BEGINNINGS)
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
    if task.problem is None or task.problem.code != INPUT_LOST:
        yield entry.view.spec.input_key
    if task.result_key:
        yield from (f"{task.result_key}{name}" for name in RENDITIONS)
    if not task.state.terminal:
        yield from (
            f"{job.result_key}{READING}"
            for job in entry.jobs
            if job.revision == task.revision and job.state is JobState.DONE and job.kind is not JobKind.ASSEMBLE
        )
