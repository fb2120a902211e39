"""A `serve` whose children die whenever they touch page 250: `python -m tests.chaos.poisoned --port … --data …`.

The page kills as a real one would: reading a range that holds it kills without a word, reading page by page kills at it.
"""

import argparse
import asyncio
import os
import signal
from pathlib import Path

from pagemill.base.telemetry import configure_logging
from pagemill.blobs.port import Blobs
from pagemill.bootstrap import open_service
from pagemill.config import load_settings
from pagemill.domain.outcome import Outcome
from pagemill.domain.task import JobKind
from pagemill.faces.cli.serve import listen, serve_http
from pagemill.work.attempt import run_attempt
from pagemill.work.executor import Assignment, Progress

POISON_PAGE = 250


def run(assignment: Assignment, blobs: Blobs, progress: Progress) -> Outcome:
    job = assignment.claim.job
    holds_poison = job.kind is not JobKind.ASSEMBLE and job.first_page <= POISON_PAGE <= (job.last_page or POISON_PAGE)
    if "poison" not in assignment.claim.spec.file_name or not holds_poison:
        return run_attempt(assignment, blobs, progress)

    def lethal(stage: str, page: int) -> None:
        progress(stage, page)
        if page == POISON_PAGE or (stage == "read" and not job.suspect):
            os.kill(os.getpid(), signal.SIGSEGV)

    return run_attempt(assignment, blobs, lethal)


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int)
    parser.add_argument("--data", type=Path)
    asked = parser.parse_args()
    settings = load_settings(data=asked.data)
    listener = listen("127.0.0.1", asked.port)
    with listener:
        async with open_service(settings, work=True, drain_seconds=2.0, attempt=f"{__spec__.name}:run") as service:
            await serve_http(service, listener, settings.grace_seconds)


if __name__ == "__main__":
    configure_logging()
    asyncio.run(main())
