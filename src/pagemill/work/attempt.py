"""What a child does with an assignment: the job is done, and whatever goes wrong becomes an outcome that says whose fault it is."""

import errno
import secrets
import sys
import traceback
from tempfile import TemporaryDirectory

import msgspec

from pagemill.base.clock import SystemClock
from pagemill.blobs.port import BlobMissing, Blobs
from pagemill.domain.errors import (
    CATALOGUE,
    Evidence,
    Fault,
    PagemillError,
    Problem,
    ResourceError,
    StoreFull,
    TransientError,
)
from pagemill.domain.outcome import Failed, GivenBack, Outcome
from pagemill.pipeline.run import Source
from pagemill.work.executor import PAGE_COUNT, Assignment, Progress
from pagemill.work.jobs import Bench, done

STORAGE_SECONDS = 5.0
"""How long a job waits whose storage is full or cannot be reached."""

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
HIDDEN = "***"


class Trail:
    """Passes progress on and remembers it: where the work was when something went wrong."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.stage = ""
        self.page = 0
        self.page_count = 0

    def reached(self, stage: str, page: int) -> None:
        """A `Progress`."""
        if stage == PAGE_COUNT:
            self.page_count = page
        else:
            self.stage, self.page = stage, page
        self._progress(stage, page)


def run_attempt(assignment: Assignment, blobs: Blobs, progress: Progress) -> Outcome:
    """Does one attempt at a job. Never raises for what the file, the storage or our own mistakes do."""
    clock = SystemClock()
    started = clock.monotonic_seconds()
    trail = Trail(progress)
    password = ""
    try:
        password = _password(assignment, blobs)
        spec = assignment.claim.spec
        with blobs.local_file(spec.input_key) as path, TemporaryDirectory(prefix="attempt-") as scratch:
            source = Source(str(path), spec.file_name, spec.media_type, password, scratch=scratch)
            outcome = done(Bench(assignment, source, blobs, trail.reached))
        return msgspec.structs.replace(outcome, seconds=clock.monotonic_seconds() - started)
    except PagemillError as error:
        return error_outcome(error, trail)
    except MemoryError:
        return error_outcome(ResourceError(code="out_of_memory", page=trail.page), trail)
    except Exception as error:  # noqa: BLE001  what nobody foresaw is a defect, and the job's, not the child's
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            return error_outcome(StoreFull("There is no room left for temporary files"), trail)
        return _defect(assignment, trail, traceback.format_exc(), password)


def _password(assignment: Assignment, blobs: Blobs) -> str:
    spec = assignment.claim.spec
    return blobs.get(spec.secret_key).decode() if spec.secret_key else spec.options.password


def error_outcome(error: PagemillError, trail: Trail) -> Outcome:
    """What an error that was raised on purpose means for the job. Storage that is full or away is not the job's doing."""
    storage = isinstance(error, StoreFull) or (
        error.code == TransientError.code and isinstance(error, TransientError) and not isinstance(error, BlobMissing)
    )
    if storage:
        return GivenBack(reason=error.message, delay_seconds=STORAGE_SECONDS)
    retry_after = error.retry_after if isinstance(error, TransientError) else None
    return Failed(
        fault=error.entry.fault, problem=error.problem(), retry_after=retry_after, page_count=trail.page_count
    )


def _defect(assignment: Assignment, trail: Trail, details: str, password: str) -> Failed:
    """The user gets a reference, the operator's log the traceback under it."""
    reference = secrets.token_hex(6)
    job = assignment.claim.job
    where = f"defect {reference}: task {job.task_id}, job {job.id}, attempt {job.attempt}, {trail.stage} {trail.page}"
    hidden = details.replace(password, HIDDEN) if password else details
    sys.stderr.write(f"{where}\n{hidden}")
    sys.stderr.flush()
    entry = CATALOGUE["internal_error"]
    evidence = Evidence(stage=trail.stage, page=trail.page, reference=reference)
    problem = Problem(entry.code, entry.title, entry.hint, trail.page, evidence)
    return Failed(fault=Fault.DEFECT, problem=problem, page_count=trail.page_count)
