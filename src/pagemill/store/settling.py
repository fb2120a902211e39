"""A batch of settlements, fenced and decided in memory: what an engine then writes, row by row, in one transaction.

The engine reads the rows of all leases at once, tells this about each settlement in turn, and writes what has gathered: jobs,
attempts, new jobs, cancellations, tasks, garbage, events, counts of ends, in this order. Later settlements see what earlier ones changed.
"""

from collections.abc import Mapping

import msgspec

from pagemill.domain.errors import Fault, Problem
from pagemill.domain.lifecycle import Situation, TaskChange, Transition, decide, job_after
from pagemill.domain.outcome import DocumentReady, Failed, GivenBack, Lost, Outcome, PagesRead
from pagemill.domain.retry import RetryPolicy
from pagemill.domain.task import (
    AttemptEnd,
    Job,
    JobKind,
    JobState,
    Lease,
    NewJob,
    Task,
    attempt_key,
)
from pagemill.store.ending import NewEvent, ended, ending_event, leftovers
from pagemill.store.queue import Answer, Settlement
from pagemill.store.views import EventKind


class Held(msgspec.Struct, frozen=True):
    """The rows behind a lease: its job and task, and who had the lease's attempt and how that ended."""

    job: Job
    task: Task
    node: int | None
    end: AttemptEnd | None


class EndedAttempt(msgspec.Struct, frozen=True):
    """A job after an attempt at it, the lease that fences the write, and how the attempt ended."""

    job: Job
    lease: Lease
    end: AttemptEnd
    problem: Problem | None


class Settling:
    """Decides settlements one after another and gathers what is to be written."""

    def __init__(self, held: Mapping[int, Held], now: float, policy: RetryPolicy) -> None:
        self._held = dict(held)
        self._now = now
        self._policy = policy
        self.tasks: dict[str, Task] = {}
        self.ended: list[EndedAttempt] = []
        self.new_jobs: list[tuple[Task, NewJob]] = []
        self.cancel_rest: list[Task] = []
        self.garbage: list[str] = []
        self.events: list[NewEvent] = []
        self.over: list[Task] = []

    def settle(self, settlement: Settlement) -> Answer:
        """Takes one settlement. Gathers nothing unless the fence holds: job, attempt, owner, revision, and a live task."""
        held = self._held.get(settlement.lease.job_id)
        if held is None:
            return Answer.REFUSED
        job, task = held.job, self.tasks.get(held.job.task_id, held.task)
        if not fence_holds(settlement, job, task):
            return Answer.REPEATED if was_settled(settlement, held) else Answer.REFUSED
        situation = Situation(
            job=job,
            task=task,
            spec=settlement.spec,
            now=self._now,
            jitter=settlement.jitter,
            pace=settlement.pace,
            policy=self._policy,
        )
        self._gather(settlement, job, task, decide(settlement.outcome, situation))
        return Answer.SETTLED

    def _gather(self, settlement: Settlement, job: Job, task: Task, transition: Transition) -> None:
        lease, problem = settlement.lease, transition.problem
        after = job_after(job, transition)
        self.ended.append(EndedAttempt(after, lease, transition.end, problem))
        self._held[job.id] = Held(after, task, lease.owner, transition.end)
        if transition.garbage:
            self.garbage.append(attempt_key(job.task_id, job.revision, job.id, job.attempt))
        if problem is not None and transition.end in (AttemptEnd.FAILED, AttemptEnd.LOST):
            self._tell_failure(task, job, transition.edge, problem)
        counted = self._count(task, transition)
        if transition.task is not None:
            self._end_task(counted, transition.task, settlement, transition.cancel_rest)
        elif counted is not task:
            self.tasks[task.id] = counted
        if transition.follow_ups and job.kind is JobKind.PLAN and transition.state is JobState.DONE:
            data = {"pages_total": counted.pages_total, "jobs": len(transition.follow_ups)}
            self.events.append(NewEvent(counted, EventKind.PLANNED, data))

    def _count(self, task: Task, transition: Transition) -> Task:
        if not transition.state.terminal:
            return task
        follow_ups = transition.follow_ups
        open_jobs = task.open_jobs + len(follow_ups) - 1
        if open_jobs == 0 and transition.when_last is not None:
            follow_ups, open_jobs = (transition.when_last,), 1
        self.new_jobs.extend((task, new) for new in follow_ups)
        total = task.pages_total if transition.pages_total is None else transition.pages_total
        return msgspec.structs.replace(
            task, open_jobs=open_jobs, pages_done=task.pages_done + transition.pages_done, pages_total=total
        )

    def _end_task(self, task: Task, change: TaskChange, settlement: Settlement, cancel_rest: bool) -> None:
        over = ended(task, change, settlement.spec, self._now)
        if cancel_rest:
            self.cancel_rest.append(over)
        self.garbage.extend(leftovers(task, change, settlement.spec))
        self.events.append(ending_event(over))
        self.tasks[task.id] = over
        self.over.append(over)

    def _tell_failure(self, task: Task, job: Job, edge: str, problem: Problem) -> None:
        data = {"job": job.id, "kind": job.kind, "attempt": job.attempt, "edge": edge, "code": problem.code}
        self.events.append(NewEvent(task, EventKind.ATTEMPT_FAILED, data))


def fence_holds(settlement: Settlement, job: Job, task: Task) -> bool:
    """Whether the lease is the job's, the specification the job's, and the task still waits for this revision."""
    lease, spec = settlement.lease, settlement.spec
    return (
        job.state is JobState.RUNNING
        and (job.attempt, job.owner) == (lease.attempt, lease.owner)
        and (job.task_id, job.revision) == (spec.task_id, spec.revision)
        and job.revision == task.revision
        and not task.state.terminal
    )


def was_settled(settlement: Settlement, held: Held) -> bool:
    """Whether this attempt already ended the way the settlement says, so that its answer must have been lost."""
    lease, outcome = settlement.lease, settlement.outcome
    if held.node != lease.owner or held.end not in ends_of(outcome):
        return False
    if held.end is AttemptEnd.DONE and isinstance(outcome, PagesRead | DocumentReady):
        return held.job.attempt == lease.attempt and held.job.result_key == outcome.result_key
    return True


def ends_of(outcome: Outcome) -> tuple[AttemptEnd, ...]:
    """How an attempt with this outcome may have ended."""
    match outcome:
        case PagesRead() | DocumentReady():
            return (AttemptEnd.DONE, AttemptEnd.FAILED)
        case GivenBack():
            return (AttemptEnd.GIVEN_BACK,)
        case Failed(fault=Fault.RESOURCE | Fault.LOST) | Lost():
            return (AttemptEnd.LOST, AttemptEnd.FAILED)
        case Failed():
            return (AttemptEnd.FAILED, AttemptEnd.LOST)
