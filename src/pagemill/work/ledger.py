"""One task and its jobs in memory, changed by the domain's transitions alone, as a store would: for work without a service."""

import random
from collections.abc import Iterable

from msgspec.structs import replace

from pagemill.domain.cost import Pace
from pagemill.domain.errors import Problem
from pagemill.domain.fanout import plan_job
from pagemill.domain.lifecycle import Situation, Transition, claimed, decide, job_after
from pagemill.domain.outcome import Outcome
from pagemill.domain.task import (
    Claim,
    FailedPart,
    FinishedPart,
    Flow,
    Job,
    JobKind,
    JobState,
    Lease,
    NewJob,
    Task,
    TaskSpec,
    TaskState,
)

OWNER = 1
TENANT = "offline"


class Ledger:
    """Begins with a task that is queued and its plan. Times are seconds since the epoch."""

    def __init__(self, spec: TaskSpec, now: float, pace: Pace) -> None:
        self.spec = spec
        self.task = Task(
            id=spec.task_id,
            tenant=TENANT,
            state=TaskState.QUEUED,
            revision=spec.revision,
            open_jobs=0,
            created_at=now,
            arrived_at=now,
            deadline_at=now + spec.options.deadline_seconds,
        )
        self._pace = pace
        self._jobs: dict[int, Job] = {}
        self._insert((plan_job(spec, now, pace),))

    def claim_due(self, now: float) -> tuple[Claim, ...]:
        """Every job that can run now, by rank; they are running from here on."""
        due = [job for job in self._jobs.values() if _is_due(job, now)]
        return tuple(self._claim(job, now) for job in sorted(due, key=lambda job: (job.rank, job.id)))

    def next_due_at(self) -> float | None:
        """When the next delayed job can run, if there is one."""
        return min((job.run_at for job in self._jobs.values() if job.run_at is not None), default=None)

    def settle(self, claim: Claim, outcome: Outcome, now: float) -> Transition:
        """Ends an attempt as the domain decides. What comes after the end of the task changes nothing."""
        job = self._jobs[claim.job.id]
        at = Situation(job=job, task=self.task, spec=self.spec, now=now, jitter=random.random(), pace=self._pace)
        transition = decide(outcome, at)
        if job.state is JobState.RUNNING:
            self._jobs[job.id] = job_after(job, transition)
            self._count(transition)
            self._change_task(transition, now)
        return transition

    def fail(self, problem: Problem, now: float) -> None:
        """Ends the task for a reason that is none of its jobs'."""
        self.task = replace(self.task, state=TaskState.FAILED, problem=problem, finished_at=now)

    def _claim(self, job: Job, now: float) -> Claim:
        job = self._jobs[job.id] = claimed(replace(job, state=JobState.READY), OWNER)
        self.task = replace(self.task, state=TaskState.RUNNING, started_at=self.task.started_at or now)
        whole = job.kind is JobKind.ASSEMBLE
        return Claim(
            job=job,
            lease=Lease(job.id, job.attempt, OWNER),
            spec=self.spec,
            finished=self._finished() if whole else (),
            failed=self._failed() if whole else (),
        )

    def _finished(self) -> tuple[FinishedPart, ...]:
        done = (job for job in self._jobs.values() if job.state is JobState.DONE)
        return tuple(FinishedPart(job.kind, job.first_page, job.last_page, job.result_key) for job in done)

    def _failed(self) -> tuple[FailedPart, ...]:
        dead = (job for job in self._jobs.values() if job.state is JobState.DEAD and job.problem is not None)
        return tuple(FailedPart(job.first_page, job.last_page, job.problem.code) for job in dead if job.problem)

    def _count(self, transition: Transition) -> None:
        if not transition.state.terminal:
            return
        total = self.task.pages_total if transition.pages_total is None else transition.pages_total
        self.task = replace(
            self.task,
            open_jobs=self.task.open_jobs - 1,
            pages_done=self.task.pages_done + transition.pages_done,
            pages_total=total,
        )
        self._insert(transition.follow_ups)
        if not self.task.open_jobs and transition.when_last is not None:
            self._insert((transition.when_last,))

    def _change_task(self, transition: Transition, now: float) -> None:
        if transition.cancel_rest:
            live = [job for job in self._jobs.values() if not job.state.terminal]
            self._jobs.update({job.id: replace(job, state=JobState.CANCELLED, run_at=None) for job in live})
            self.task = replace(self.task, open_jobs=0)
        if change := transition.task:
            self.task = replace(
                self.task,
                state=change.state,
                result_key=change.result_key,
                partial=change.partial,
                problem=change.problem,
                finished_at=now,
            )

    def _insert(self, new_jobs: Iterable[NewJob]) -> None:
        for new in new_jobs:
            number = len(self._jobs) + 1
            self._jobs[number] = self._row(number, new)
            self.task = replace(self.task, open_jobs=self.task.open_jobs + 1)

    def _row(self, number: int, new: NewJob) -> Job:
        return Job(
            id=number,
            task_id=self.spec.task_id,
            revision=self.spec.revision,
            kind=new.kind,
            pool=new.pool,
            flow=Flow(TENANT, new.band),
            rank=new.rank,
            cost_seconds=new.cost_seconds,
            input_hash=new.input_hash,
            state=new.state,
            first_page=new.first_page,
            last_page=new.last_page,
            suspect=new.suspect,
            losses=new.losses,
        )


def _is_due(job: Job, now: float) -> bool:
    return job.state is JobState.READY or (job.state is JobState.DELAYED and (job.run_at or 0.0) <= now)
