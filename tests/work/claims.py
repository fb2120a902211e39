"""Claims and assignments for tests."""

from typing import Any

from pagemill.domain.limits import Limits
from pagemill.domain.options import Options
from pagemill.domain.task import Band, Claim, Flow, Job, JobKind, JobState, Lease, Pool, TaskSpec
from pagemill.work.executor import Allowance, Assignment

MEBIBYTE = 1024 * 1024
TASK = "task_0199f0a1b2c37abc8def0123456789ab"
INPUT = f"{TASK}/input/file"


def job(number: int = 1, *, kind: JobKind = JobKind.PLAN, pool: Pool = Pool.TEXT, **values: Any) -> Job:
    return Job(
        id=number,
        task_id=TASK,
        revision=1,
        kind=kind,
        pool=pool,
        flow=Flow("default", Band.NORMAL),
        rank=0.0,
        cost_seconds=1.0,
        input_hash="",
        state=JobState.RUNNING,
        attempt=1,
        owner=1,
        **values,
    )


def spec(file_name: str, *, media_type: str = "application/pdf", secret_key: str = "", **options: Any) -> TaskSpec:
    return TaskSpec(
        task_id=TASK,
        revision=1,
        options=Options(**options),
        file_name=file_name,
        media_type=media_type,
        input_key=INPUT,
        input_bytes=1,
        input_sha256="",
        secret_key=secret_key,
    )


def assignment(
    job: Job,
    spec: TaskSpec,
    *,
    page_seconds: float = 60.0,
    job_seconds: float = 120.0,
    memory_bytes: int = 2_048 * MEBIBYTE,
    limits: Limits = Limits(),
    **parts: Any,
) -> Assignment:
    allowance = Allowance(page_seconds=page_seconds, job_seconds=job_seconds, memory_bytes=memory_bytes)
    return Assignment(Claim(job, Lease(job.id, job.attempt, 1), spec, **parts), limits, allowance)
