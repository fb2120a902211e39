"""How tasks ended, counted by the minute, the hour and the day, so that no question about the past has to look at tasks.

What is counted are ends of revisions: a task that failed and succeeded when it was retried counts twice. Deleting a task does not
change what was counted.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from pagemill.domain.task import Task, TaskState

MINUTE_SECONDS = 60
HOUR_SECONDS = 3_600
DAY_SECONDS = 86_400
GRAINS = (MINUTE_SECONDS, HOUR_SECONDS, DAY_SECONDS)

LONGEST_BY_MINUTES_SECONDS = 2 * HOUR_SECONDS
LONGEST_BY_HOURS_SECONDS = 2 * DAY_SECONDS
"""Longer times are looked at by days."""

SHORTEST_CLASS_SECONDS = 0.05
CLASSES_AN_OCTAVE = 2
LAST_CLASS = 60


class Span(msgspec.Struct, frozen=True):
    """From `start` (epoch seconds, a whole number of grains) until now, in counts of `grain_seconds`."""

    grain_seconds: int
    start: int


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """Tasks of a tenant that ended in one way in the span that begins at `start`; `code` is '' unless they failed.

    `seconds` is the sum of the times from arrival to end, `last_task_id` the one that ended last.
    """

    grain_seconds: int
    tenant: str
    state: TaskState
    start: int
    code: str
    duration_class: int
    tasks: int
    pages: int
    seconds: float
    last_at: float
    last_task_id: str


class EndCount(msgspec.Struct, frozen=True):
    """Tasks that ended in a state and took as long as the class says; `pages` and `seconds` are sums."""

    state: TaskState
    duration_class: int
    tasks: int
    pages: int
    seconds: float


class FailureCount(msgspec.Struct, frozen=True):
    """Tasks that failed with a code, and the last of them."""

    code: str
    tasks: int
    last_at: float
    last_task_id: str


class EndSummary(msgspec.Struct, frozen=True):
    """Tasks that ended in a state: their number, pages and seconds from arrival to end (0.0 without tasks)."""

    tasks: int
    pages: int
    mean_seconds: float
    median_seconds: float
    slow_seconds: float


class Failure(msgspec.Struct, frozen=True):
    """All failures with a code, and some of the tasks, the latest first."""

    code: str
    tasks: int
    share: float
    last_at: float
    task_ids: tuple[str, ...]


def span(since: float, now: float) -> Span:
    """The span that begins with the minute in which `since` (epoch seconds) lies; with the hour or the day (UTC) if it is long ago."""
    ago = now - since
    grain = DAY_SECONDS if ago > LONGEST_BY_HOURS_SECONDS else HOUR_SECONDS
    grain = MINUTE_SECONDS if ago <= LONGEST_BY_MINUTES_SECONDS else grain
    return Span(grain, math.floor(since / grain) * grain)


def duration_class(seconds: float) -> int:
    """The number of the shortest class that takes so long; the classes grow by the square root of 2."""
    if seconds <= SHORTEST_CLASS_SECONDS:
        return 0
    return min(LAST_CLASS, math.ceil(CLASSES_AN_OCTAVE * math.log2(seconds / SHORTEST_CLASS_SECONDS)))


def longest_of_class(number: int) -> float:
    """The most seconds that a task of this class took."""
    return SHORTEST_CLASS_SECONDS * math.pow(2.0, number / CLASSES_AN_OCTAVE)


def tallied(over: Iterable[Task]) -> tuple[Tally, ...]:
    """What these tasks, which have just ended, add to the counts, sorted by key."""
    lots: dict[tuple[int, str, TaskState, int, str, int], list[Task]] = defaultdict(list)
    for task in over:
        for grain in GRAINS:
            lots[_key(task, grain)].append(task)
    return tuple(_tally(key, lots[key]) for key in sorted(lots))


def _key(task: Task, grain: int) -> tuple[int, str, TaskState, int, str, int]:
    start = math.floor(_ended_at(task) / grain) * grain
    return grain, task.tenant, task.state, start, _code(task), duration_class(_seconds(task))


def _code(task: Task) -> str:
    if task.state is not TaskState.FAILED:
        return ""
    return "internal_error" if task.problem is None else task.problem.code


def _tally(key: tuple[int, str, TaskState, int, str, int], tasks: Sequence[Task]) -> Tally:
    grain, tenant, state, start, code, number = key
    return Tally(
        grain_seconds=grain,
        tenant=tenant,
        state=state,
        start=start,
        code=code,
        duration_class=number,
        tasks=len(tasks),
        pages=sum(task.pages_done for task in tasks),
        seconds=sum(map(_seconds, tasks)),
        last_at=_ended_at(tasks[-1]),
        last_task_id=tasks[-1].id,
    )


def _ended_at(task: Task) -> float:
    return task.arrived_at if task.finished_at is None else task.finished_at


def _seconds(task: Task) -> float:
    return max(0.0, _ended_at(task) - task.arrived_at)


def summary(counts: Iterable[EndCount]) -> EndSummary:
    """These counts in one. `median_seconds` and `slow_seconds` (95 % were faster) are at most 42 % too long."""
    ordered = sorted(counts, key=lambda count: count.duration_class)
    tasks, seconds = sum(count.tasks for count in ordered), sum(count.seconds for count in ordered)
    return EndSummary(
        tasks,
        sum(count.pages for count in ordered),
        seconds / tasks if tasks else 0.0,
        _longest_of_share(ordered, tasks * 0.5),
        _longest_of_share(ordered, tasks * 0.95),
    )


def _longest_of_share(ordered: Sequence[EndCount], wanted: float) -> float:
    for count in ordered:
        wanted -= count.tasks
        if wanted <= 0:
            return longest_of_class(count.duration_class)
    return 0.0


def grouped(counts: Iterable[FailureCount]) -> tuple[Failure, ...]:
    """One entry a code, the most frequent first; `share` is of all these failures."""
    lots: dict[str, list[FailureCount]] = defaultdict(list)
    for count in sorted(counts, key=lambda count: -count.last_at):
        lots[count.code].append(count)
    total = sum(count.tasks for lot in lots.values() for count in lot)
    failures = [_failure(code, lot, total) for code, lot in lots.items()]
    return tuple(sorted(failures, key=lambda failure: (-failure.tasks, failure.code)))


def _failure(code: str, lot: Sequence[FailureCount], total: int) -> Failure:
    tasks = sum(count.tasks for count in lot)
    return Failure(code, tasks, tasks / total, lot[0].last_at, tuple(count.last_task_id for count in lot))
