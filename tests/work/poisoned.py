"""The real work, but for a page that kills its worker, as a file does that makes a library crash. The file's name says which."""

import ctypes
import re

from pagemill.domain.outcome import Outcome
from pagemill.domain.task import JobKind
from pagemill.work.attempt import run_attempt
from pagemill.work.executor import PAGE_COUNT, Assignment, Progress


def run(assignment: Assignment, blobs, progress: Progress) -> Outcome:
    job = assignment.claim.job
    poison = int(re.search(r"poison-(\d+)", assignment.claim.spec.file_name)[1])
    last_page = job.last_page

    def watched(stage: str, page: int) -> None:
        nonlocal last_page
        progress(stage, page)
        if stage == PAGE_COUNT and job.kind is JobKind.PLAN:
            last_page = page
        if stage == "read" and page in (0, poison) and job.first_page <= poison <= last_page:
            ctypes.string_at(0)

    return run_attempt(assignment, blobs, watched)
