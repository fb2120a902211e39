"""Leasing ready jobs to a node, by its wishes."""

from collections.abc import Iterable, Mapping, Sequence

from pagemill.domain.fairness import Wish
from pagemill.domain.task import (
    Claim,
    FailedPart,
    FinishedPart,
    Job,
    JobKind,
    JobState,
    Lease,
    Pool,
    TaskSpec,
)
from pagemill.store.sqlite.connection import Row
from pagemill.store.sqlite.rows import job_of, problem_of, spec_of, text
from pagemill.store.sqlite.transaction import Transaction
from pagemill.store.views import EventKind

Wishes = Mapping[Pool, Sequence[Wish]]
Parts = tuple[tuple[FinishedPart, ...], tuple[FailedPart, ...]]


def claim(transaction: Transaction, owner: int, wishes: Wishes) -> tuple[Claim, ...]:
    """The jobs that are now the node's, wish by wish in rank order; none if it is not alive by its row, or draining."""
    if not any(wishes.values()) or not transaction.run("node_may_claim", owner=owner):
        return ()
    jobs = [job for pool, list_ in wishes.items() for wish in list_ for job in _take(transaction, owner, pool, wish)]
    if not jobs:
        return ()
    transaction.many("insert_attempt", [_attempt_values(job, owner) for job in jobs])
    _start_tasks(transaction, jobs)
    specs = specs_of_jobs(transaction, [job.id for job in jobs])
    return tuple(_claim(transaction, job, owner, specs[job.id]) for job in jobs)


def _take(transaction: Transaction, owner: int, pool: Pool, wish: Wish) -> list[Job]:
    rows = transaction.run(
        "claim",
        owner=owner,
        pool=pool.value,
        tenant=wish.flow.tenant,
        band=wish.flow.band.value,
        jobs=wish.jobs,
    )
    return sorted(map(job_of, rows), key=lambda job: (job.rank, job.id))


def _attempt_values(job: Job, owner: int) -> dict[str, int]:
    return {"job_id": job.id, "attempt": job.attempt, "node_id": owner}


def _start_tasks(transaction: Transaction, jobs: Iterable[Job]) -> None:
    """A revision begins with its plan, or, when that was carried over, with any other job."""
    first = {job.task_id for job in jobs if job.kind is JobKind.PLAN or job.revision > 1}
    if first:
        transaction.tell_rows(EventKind.STARTED, transaction.run("start_tasks", ids=text(sorted(first))))


def specs_of_jobs(transaction: Transaction, job_ids: Sequence[int]) -> dict[int, TaskSpec]:
    """The specification that each of these jobs works by, each decoded once."""
    specs: dict[tuple[str, int], TaskSpec] = {}
    of_job: dict[int, TaskSpec] = {}
    for row in transaction.run("specs_of_jobs", jobs=text(job_ids)) if job_ids else ():
        key = (row[1], row[2])
        of_job[row[0]] = specs.get(key) or specs.setdefault(key, spec_of(row[1:]))
    return of_job


def _claim(transaction: Transaction, job: Job, owner: int, spec: TaskSpec) -> Claim:
    lease = Lease(job.id, job.attempt, owner)
    if job.kind is not JobKind.ASSEMBLE:
        return Claim(job, lease, spec)
    finished, failed = read_parts(transaction, job)
    return Claim(job, lease, spec, finished, failed)


def read_parts(transaction: Transaction, job: Job) -> Parts:
    """What the other jobs of an `assemble` job's revision left behind."""
    rows = transaction.run("parts", task_id=job.task_id, revision=job.revision)
    finished = tuple(_finished(row) for row in rows if row[3] == JobState.DONE)
    failed = tuple(_failed(row) for row in rows if row[3] == JobState.DEAD)
    return finished, failed


def _finished(row: Row) -> FinishedPart:
    return FinishedPart(JobKind(row[0]), row[1], row[2], row[4])


def _failed(row: Row) -> FailedPart:
    problem = problem_of(row[5])
    return FailedPart(row[1], row[2], problem.code if problem else "internal_error")
