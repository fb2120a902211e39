"""What must hold of every task at every instant, whatever was killed: the rules that `pagemill fsck` and the model test check.

`violations()` looks at one task's rows as they were in one snapshot and says what is wrong; nothing if all is well.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from pagemill.domain.task import AttemptEnd, Job, JobKind, JobState, Task, TaskSpec, TaskState, attempt_key


class AttemptRecord(msgspec.Struct, frozen=True):
    """One try at a job, as its row says. `end` is None while it runs."""

    job_id: int
    attempt: int
    end: AttemptEnd | None


def violations(
    task: Task, spec: TaskSpec, jobs: Sequence[Job], attempts: Iterable[AttemptRecord], garbage: Iterable[str]
) -> tuple[str, ...]:
    """Every rule that these rows break, as a sentence each.

    `spec` is the newest revision's, `jobs` and `attempts` are those of all revisions, `garbage` the prefixes noted for the task.
    """
    tries = list(attempts)
    return (
        *_task_rules(task, spec),
        *_counting_rules(task, jobs),
        *_result_rules(task, jobs),
        *(
            problem
            for job in jobs
            for problem in _job_rules(job, [record for record in tries if record.job_id == job.id])
        ),
        *_garbage_rules(task, spec, jobs, list(garbage)),
    )


def unsound_jobs(jobs: Iterable[Job], attempts: Iterable[AttemptRecord]) -> tuple[int, ...]:
    """The ids of the jobs that contradict themselves or their own attempts."""
    tries = list(attempts)
    return tuple(job.id for job in jobs if any(_job_rules(job, [one for one in tries if one.job_id == job.id])))


def _task_rules(task: Task, spec: TaskSpec) -> Iterator[str]:
    if (spec.task_id, spec.revision) != (task.id, task.revision):
        yield f"the specification is of {spec.task_id} revision {spec.revision}, the task at revision {task.revision}"
    if task.state.terminal != (task.finished_at is not None):
        yield f"a {task.state} task has finished_at {task.finished_at}"
    if task.expires_at is not None and not task.state.terminal:
        yield f"a {task.state} task expires"
    if task.state is TaskState.RUNNING and task.started_at is None:
        yield "a running task was never started"
    if (task.state is TaskState.FAILED) != (task.problem is not None):
        yield f"a {task.state} task has problem {task.problem and task.problem.code}"


def _counting_rules(task: Task, jobs: Sequence[Job]) -> Iterator[str]:
    live = [job for job in jobs if not job.state.terminal]
    if task.open_jobs != len(live):
        yield f"open_jobs is {task.open_jobs}, and {len(live)} jobs are live"
    if task.state.terminal == (task.open_jobs > 0):
        yield f"a {task.state} task has {task.open_jobs} open jobs"
    yield from (
        f"job {job.id} of revision {job.revision} is {job.state}, the task is at revision {task.revision}"
        for job in live
        if job.revision != task.revision
    )
    pieces = [(job.revision, job.kind, job.pool, job.first_page, job.last_page) for job in jobs]
    if len(set(pieces)) != len(pieces):
        yield "two jobs of a revision are about the same pages"
    if sum(job.kind is JobKind.ASSEMBLE and not job.state.terminal for job in jobs) and len(live) > 1:
        yield "assemble is open before the last range is in"


def _result_rules(task: Task, jobs: Sequence[Job]) -> Iterator[str]:
    if task.state is TaskState.SUCCEEDED and not task.result_key:
        yield "a succeeded task has no result"
    if task.partial and not task.result_key:
        yield "a task without a result is partial"
    makers = [job for job in jobs if job.state is JobState.DONE and job.result_key == task.result_key]
    if task.result_key and len(makers) != 1:
        yield f"the published result {task.result_key} was made by {len(makers)} jobs"
    newest = [job for job in makers if job.revision == task.revision]
    if task.state is TaskState.SUCCEEDED and not newest:
        yield "a succeeded task publishes the result of an older revision"


def _job_rules(job: Job, attempts: Sequence[AttemptRecord]) -> Iterator[str]:
    if (job.state is JobState.RUNNING) != (job.owner is not None):
        yield f"job {job.id} is {job.state} and has owner {job.owner}"
    if (job.state is JobState.DELAYED) != (job.run_at is not None):
        yield f"job {job.id} is {job.state} and has run_at {job.run_at}"
    if (job.state is JobState.DONE) != (job.result_key != ""):
        yield f"job {job.id} is {job.state} and has result {job.result_key!r}"
    if not job.result_key.startswith(f"{job.task_id}/" if job.result_key else ""):
        yield f"job {job.id} has the result {job.result_key}, which is not its task's"
    if job.begun and job.state is not JobState.RUNNING:
        yield f"job {job.id} is {job.state} and has begun"
    if sorted(record.attempt for record in attempts) != list(range(1, job.attempt + 1)):
        yield f"job {job.id} is at attempt {job.attempt} and has {len(attempts)} attempts"
    yield from _attempt_rules(job, attempts)


def _attempt_rules(job: Job, attempts: Sequence[AttemptRecord]) -> Iterator[str]:
    open_attempts = [record.attempt for record in attempts if record.end is None]
    if open_attempts != ([job.attempt] if job.state is JobState.RUNNING else []):
        yield f"job {job.id} is {job.state} at attempt {job.attempt}, and attempts {open_attempts} are open"
    done = [record.attempt for record in attempts if record.end is AttemptEnd.DONE]
    if done != ([job.attempt] if job.state is JobState.DONE and job.attempt else []):
        yield f"job {job.id} is {job.state} at attempt {job.attempt}, and attempts {done} are done"


def _garbage_rules(task: Task, spec: TaskSpec, jobs: Sequence[Job], garbage: Sequence[str]) -> Iterator[str]:
    needed = {task.result_key, spec.input_key} - {""}
    if not task.state.terminal:
        needed |= {spec.secret_key} - {""}
    needed |= {job.result_key for job in jobs if job.state is JobState.DONE and job.revision == task.revision}
    needed |= {
        attempt_key(job.task_id, job.revision, job.id, job.attempt) for job in jobs if job.state is JobState.RUNNING
    }
    yield from (
        f"{key} is needed and lies under the garbage prefix {prefix}"
        for key in sorted(needed)
        for prefix in garbage
        if key.startswith(prefix)
    )
