"""What `fsck` looks for: a task whose rows agree is left in peace, and each disagreement is named."""

import pytest
from msgspec.structs import replace

from pagemill.domain.errors import Problem
from pagemill.domain.invariants import AttemptRecord, violations
from pagemill.domain.options import Options
from pagemill.domain.task import AttemptEnd, Band, Flow, Job, JobKind, JobState, Pool, Task, TaskSpec, TaskState

RUNNING = Task(
    id="task_1",
    tenant="acme",
    state=TaskState.RUNNING,
    revision=1,
    open_jobs=1,
    created_at=1.0,
    arrived_at=1.0,
    deadline_at=9.0,
    started_at=2.0,
)
SPEC = TaskSpec(
    task_id="task_1",
    revision=1,
    options=Options(),
    file_name="report.pdf",
    media_type="application/pdf",
    input_key="task_1/input/file",
    input_bytes=1,
    input_sha256="ab",
    secret_key="task_1/input/password/",
)
WORKED_AT = Job(
    id=7,
    task_id="task_1",
    revision=1,
    kind=JobKind.PLAN,
    pool=Pool.TEXT,
    flow=Flow("acme", Band.NORMAL),
    rank=1.0,
    cost_seconds=1.0,
    input_hash="x",
    state=JobState.RUNNING,
    attempt=2,
    owner=3,
)
TRIED = (AttemptRecord(7, 1, AttemptEnd.FAILED), AttemptRecord(7, 2, None))
GARBAGE = ("task_1/1/7/1/",)

KEY = "task_1/1/7/2/"
SUCCEEDED = replace(RUNNING, state=TaskState.SUCCEEDED, open_jobs=0, result_key=KEY, finished_at=3.0)
DONE = replace(WORKED_AT, state=JobState.DONE, owner=None, result_key=KEY)
FINISHED = (TRIED[0], AttemptRecord(7, 2, AttemptEnd.DONE))


def found(task=RUNNING, spec=SPEC, jobs=(WORKED_AT,), attempts=TRIED, garbage=GARBAGE):
    return violations(task, spec, jobs, attempts, garbage)


def over(task=SUCCEEDED, jobs=(DONE,), attempts=FINISHED, garbage=GARBAGE, spec=SPEC):
    return violations(task, spec, jobs, attempts, garbage)


def test_rows_that_agree_break_no_rule():
    assert found() == ()
    assert over() == ()
    assert over(garbage=(*GARBAGE, SPEC.secret_key)) == ()


BROKEN_WHILE_RUNNING = {
    "a ghost": ({"task": replace(RUNNING, open_jobs=0), "jobs": (), "attempts": ()}, "a running task has 0 open jobs"),
    "a wrong count": ({"task": replace(RUNNING, open_jobs=2)}, "open_jobs is 2, and 1 jobs are live"),
    "never started": ({"task": replace(RUNNING, started_at=None)}, "a running task was never started"),
    "finished": ({"task": replace(RUNNING, finished_at=3.0)}, "a running task has finished_at 3.0"),
    "expiring": ({"task": replace(RUNNING, expires_at=3.0)}, "a running task expires"),
    "a problem": ({"task": replace(RUNNING, problem=Problem("crashed", ""))}, "a running task has problem crashed"),
    "partial": ({"task": replace(RUNNING, partial=True)}, "a task without a result is partial"),
    "another revision": ({"spec": replace(SPEC, revision=2)}, "the specification is of task_1 revision 2"),
    "a job left behind": ({"jobs": (replace(WORKED_AT, revision=3),)}, "job 7 of revision 3 is running"),
    "nobody's job": ({"jobs": (replace(WORKED_AT, owner=None),)}, "job 7 is running and has owner None"),
    "a wake-up call": ({"jobs": (replace(WORKED_AT, run_at=4.0),)}, "job 7 is running and has run_at 4.0"),
    "a result": ({"jobs": (replace(WORKED_AT, result_key=KEY),)}, "job 7 is running and has result"),
    "a lost attempt": ({"attempts": TRIED[:1]}, "job 7 is at attempt 2 and has 1 attempts"),
    "two at once": ({"attempts": (AttemptRecord(7, 1, None), TRIED[1])}, "attempts [1, 2] are open"),
    "twins": ({"jobs": (WORKED_AT, replace(WORKED_AT, id=8))}, "two jobs of a revision are about the same pages"),
    "early assembly": (
        {"jobs": (WORKED_AT, replace(WORKED_AT, id=8, kind=JobKind.ASSEMBLE))},
        "assemble is open before the last range is in",
    ),
    "input gone": ({"garbage": ("task_1/input/",)}, "task_1/input/file is needed and lies under the garbage prefix"),
    "password gone": ({"garbage": (SPEC.secret_key,)}, "password/ is needed and lies under the garbage prefix"),
    "output gone": ({"garbage": (KEY,)}, f"{KEY} is needed and lies under the garbage prefix {KEY}"),
}
BROKEN_WHEN_OVER = {
    "no result": ({"task": replace(SUCCEEDED, result_key="")}, "a succeeded task has no result"),
    "nobody's result": ({"task": replace(SUCCEEDED, result_key="other/")}, "was made by 0 jobs"),
    "another task's result": (
        {"jobs": (replace(DONE, result_key="task_2/1/7/2/"),)},
        "job 7 has the result task_2/1/7/2/, which is not its task's",
    ),
    "an old result": (
        {"jobs": (replace(DONE, revision=0),)},
        "a succeeded task publishes the result of an older revision",
    ),
    "a result thrown away": ({"garbage": ("task_1/1/",)}, "is needed and lies under the garbage prefix task_1/1/"),
    "never finished": ({"task": replace(SUCCEEDED, finished_at=None)}, "a succeeded task has finished_at None"),
    "done by nobody": ({"attempts": (TRIED[0], AttemptRecord(7, 2, AttemptEnd.LOST))}, "and attempts [] are done"),
    "begun": ({"jobs": (replace(DONE, begun=True),)}, "job 7 is done and has begun"),
    "no problem": ({"task": replace(SUCCEEDED, state=TaskState.FAILED)}, "a failed task has problem None"),
}


@pytest.mark.parametrize(("rows", "sentence"), BROKEN_WHILE_RUNNING.values(), ids=BROKEN_WHILE_RUNNING)
def test_what_is_wrong_with_a_running_task_is_named(rows, sentence):
    assert [problem for problem in found(**rows) if sentence in problem], found(**rows)


@pytest.mark.parametrize(("rows", "sentence"), BROKEN_WHEN_OVER.values(), ids=BROKEN_WHEN_OVER)
def test_what_is_wrong_with_a_task_that_is_over_is_named(rows, sentence):
    assert [problem for problem in over(**rows) if sentence in problem], over(**rows)
