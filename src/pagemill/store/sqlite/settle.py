"""Ending attempts: reads what lies behind the leases, has `Settling` decide, and writes what it gathered."""

from collections.abc import Iterable, Sequence
from typing import Any

from pagemill.domain.retry import RetryPolicy
from pagemill.domain.task import Lease
from pagemill.store.queue import Answer, Settlement
from pagemill.store.settling import EndedAttempt, Held, Settling
from pagemill.store.sqlite.connection import Row
from pagemill.store.sqlite.rows import (
    JOB_COLUMNS,
    TASK_COLUMNS,
    end_of,
    job_of,
    problem_text,
    task_of,
    task_values,
    text,
)
from pagemill.store.sqlite.transaction import Transaction


def settle(transaction: Transaction, settlements: Sequence[Settlement], policy: RetryPolicy) -> tuple[Answer, ...]:
    """Ends attempts, each behind its fence, and answers in the order given."""
    if not settlements:
        return ()
    held = read_held(transaction, [settlement.lease for settlement in settlements])
    settling = Settling(held, transaction.now, policy)
    answers = tuple(settling.settle(settlement) for settlement in settlements)
    _write(transaction, settling)
    return answers


def read_held(transaction: Transaction, leases: Iterable[Lease]) -> dict[int, Held]:
    """What lies behind these leases, by job; jobs that are gone are left out."""
    keys = text([(lease.job_id, lease.attempt) for lease in leases])
    return {row[0]: _held(row) for row in transaction.run("held", leases=keys)}


def _held(row: Row) -> Held:
    task_end = JOB_COLUMNS + TASK_COLUMNS
    return Held(job_of(row), task_of(row[JOB_COLUMNS:task_end]), row[task_end], end_of(row[task_end + 1]))


def _write(transaction: Transaction, settling: Settling) -> None:
    transaction.many("end_attempt_of_job", [_job_values(transaction, ended) for ended in settling.ended])
    transaction.many("end_attempt", [_attempt_values(ended) for ended in settling.ended])
    transaction.work = transaction.work or any(ended.job.state == "ready" for ended in settling.ended)
    transaction.insert_jobs(settling.new_jobs)
    for task in settling.cancel_rest:
        transaction.cancel_jobs(task.id)
    transaction.many("update_task", [task_values(task) for task in settling.tasks.values()])
    transaction.discard(settling.garbage)
    transaction.tell(settling.events)
    transaction.count_ends(settling.over)


def _job_values(transaction: Transaction, ended: EndedAttempt) -> dict[str, Any]:
    job, lease = ended.job, ended.lease
    return {
        "id": job.id,
        "attempt": lease.attempt,
        "owner": lease.owner,
        "state": job.state,
        "flow": transaction.flow(job.flow),
        "run_at": job.run_at,
        "failures": job.failures,
        "losses": job.losses,
        "suspect": int(job.suspect),
        "result_key": job.result_key,
        "problem": problem_text(job.problem),
    }


def _attempt_values(ended: EndedAttempt) -> dict[str, Any]:
    return {
        "job_id": ended.lease.job_id,
        "attempt": ended.lease.attempt,
        "outcome": ended.end,
        "problem": problem_text(ended.problem),
    }
