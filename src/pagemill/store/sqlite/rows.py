"""Rows to values and back. A row's columns come in the order of the views `job_row`, `task_row` and `spec_row`."""

from functools import lru_cache
from typing import Any

import msgspec

from pagemill.domain.errors import Problem
from pagemill.domain.options import Options
from pagemill.domain.tally import EndCount
from pagemill.domain.task import (
    AttemptEnd,
    Band,
    Flow,
    Job,
    JobKind,
    JobState,
    NewJob,
    Pool,
    Task,
    TaskSpec,
    TaskState,
)
from pagemill.store.sqlite.connection import Row
from pagemill.store.views import AttemptView, Event, LiveJobs, NodeView

JOB_COLUMNS = 22
TASK_COLUMNS = 16
AFTER_ALL_IDS = "\U0010ffff"

_BANDS = {band.value: band for band in Band}
_ENDS = {end.value: end for end in AttemptEnd}
_JOB_KINDS = {kind.value: kind for kind in JobKind}
_JOB_STATES = {state.value: state for state in JobState}
_POOLS = {pool.value: pool for pool in Pool}
_TASK_STATES = {state.value: state for state in TaskState}

_problem = msgspec.json.Decoder(Problem)
_options = lru_cache(maxsize=1024)(msgspec.json.Decoder(Options).decode)
_object = msgspec.json.Decoder(dict[str, Any])
_encode = msgspec.json.Encoder(order="sorted").encode


def text(value: Any) -> str:
    """A value as JSON."""
    return _encode(value).decode()


def json_object(column: str) -> dict[str, Any]:
    """A JSON object."""
    return _object.decode(column)


def problem_of(column: str | None) -> Problem | None:
    """The problem in a column, if any."""
    return None if column is None else _problem.decode(column)


def problem_text(problem: Problem | None) -> str | None:
    """What `problem_of` reads."""
    return None if problem is None else text(problem)


def end_of(column: str | None) -> AttemptEnd | None:
    """How an attempt ended, None while it runs."""
    return None if column is None else _ENDS[column]


@lru_cache(maxsize=4096)
def flow_of(tenant: str, band: str) -> Flow:
    """The flow of this tenant and band."""
    return Flow(tenant, _BANDS[band])


def job_of(row: Row) -> Job:
    """A row of `job_row`."""
    return Job(
        id=row[0],
        task_id=row[1],
        revision=row[2],
        kind=_JOB_KINDS[row[3]],
        pool=_POOLS[row[4]],
        flow=flow_of(row[5], row[6]),
        rank=row[7],
        cost_seconds=row[8],
        input_hash=row[9],
        state=_JOB_STATES[row[10]],
        first_page=row[11],
        last_page=row[12],
        run_at=row[13],
        attempt=row[14],
        failures=row[15],
        losses=row[16],
        suspect=row[17] == 1,
        begun=row[18] == 1,
        owner=row[19],
        result_key=row[20],
        problem=problem_of(row[21]),
    )


def task_of(row: Row) -> Task:
    """A row of `task_row`."""
    return Task(
        id=row[0],
        tenant=row[1],
        state=_TASK_STATES[row[2]],
        revision=row[3],
        open_jobs=row[4],
        created_at=row[5],
        arrived_at=row[6],
        deadline_at=row[7],
        pages_done=row[8],
        pages_total=row[9],
        result_key=row[10],
        partial=row[11] == 1,
        problem=problem_of(row[12]),
        started_at=row[13],
        finished_at=row[14],
        expires_at=row[15],
    )


def spec_of(row: Row) -> TaskSpec:
    """A row of `spec_row`."""
    return TaskSpec(
        task_id=row[0],
        revision=row[1],
        options=_options(row[2]),
        file_name=row[3],
        media_type=row[4],
        input_key=row[5],
        input_bytes=row[6],
        input_sha256=row[7],
        secret_key=row[8],
        metadata=json_object(row[9]),
    )


def attempt_view_of(row: Row) -> AttemptView:
    """A row of `attempts_of_task`."""
    return AttemptView(
        job_id=row[0],
        kind=_JOB_KINDS[row[1]],
        pool=_POOLS[row[2]],
        first_page=row[3],
        last_page=row[4],
        revision=row[5],
        attempt=row[6],
        node=row[7],
        started_at=row[8],
        ended_at=row[9],
        end=end_of(row[10]),
        problem=problem_of(row[11]),
    )


def event_of(row: Row) -> Event:
    """A row of `events` or `events_of_task`."""
    return Event(
        id=row[0],
        task_id=row[1],
        tenant=row[2],
        revision=row[3],
        at=row[4],
        kind=row[5],
        data=json_object(row[6]),
    )


def node_view_of(row: Row) -> NodeView:
    """A row of `nodes`."""
    return NodeView(
        id=row[0],
        boot_id=row[1],
        host=row[2],
        state=row[3],
        beat=row[4],
        alive_until=row[5],
        load=json_object(row[6]),
        draining=row[7] == 1,
    )


def live_jobs_of(row: Row) -> LiveJobs:
    """A row of `live_ready` or `live_begun`."""
    return LiveJobs(_JOB_STATES[row[0]], _POOLS[row[1]], _BANDS[row[2]], row[3])


def end_count_of(row: Row) -> EndCount:
    """A row of `ends`."""
    return EndCount(_TASK_STATES[row[0]], *row[1:])


def task_values(task: Task) -> dict[str, Any]:
    """The columns of a task."""
    return {
        "id": task.id,
        "tenant": task.tenant,
        "state": task.state,
        "revision": task.revision,
        "open_jobs": task.open_jobs,
        "pages_done": task.pages_done,
        "pages_total": task.pages_total,
        "result_key": task.result_key,
        "partial": int(task.partial),
        "problem": problem_text(task.problem),
        "created_at": task.created_at,
        "arrived_at": task.arrived_at,
        "deadline_at": task.deadline_at,
        "started_at": task.started_at,
        "finished_at": task.finished_at,
        "expires_at": task.expires_at,
    }


def spec_values(spec: TaskSpec) -> dict[str, Any]:
    """The columns of a specification."""
    return {
        "task_id": spec.task_id,
        "revision": spec.revision,
        "options": text(spec.options),
        "file_name": spec.file_name,
        "media_type": spec.media_type,
        "input_key": spec.input_key,
        "input_bytes": spec.input_bytes,
        "input_sha256": spec.input_sha256,
        "secret_key": spec.secret_key,
        "metadata": text(spec.metadata),
    }


def new_job_values(task: Task, job: NewJob, flow: int) -> dict[str, Any]:
    """The columns of a job to insert into the task's revision."""
    return {
        "task_id": task.id,
        "revision": task.revision,
        "kind": job.kind,
        "pool": job.pool,
        "first_page": job.first_page,
        "last_page": job.last_page,
        "flow": flow,
        "rank": job.rank,
        "cost_seconds": job.cost_seconds,
        "input_hash": job.input_hash,
        "state": job.state,
        "losses": job.losses,
        "suspect": int(job.suspect),
        "result_key": job.result_key,
    }
