"""The sweep: what a submission left behind that died between its upload and its row.

Ids of tasks are `task_` and a UUIDv7 in hex, whose first 48 bits are the milliseconds of its birth. A submission older than
24 h refuses to commit, so what is older than 48 h and has no row will never have one.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice

from pagemill.blobs.port import Blobs

STRAY_AFTER_SECONDS = 48 * 3_600
BATCH = 500

_TASK_ID = re.compile(r"task_([0-9a-f]{12})[0-9a-f]{20}")


def sweep(
    blobs: Blobs,
    known: Callable[[Sequence[str]], Collection[str]],
    now: float,
    stray_after_seconds: float = STRAY_AFTER_SECONDS,
) -> int:
    """Deletes all blobs of tasks this old that `known` does not name; returns how many tasks that were.

    `known` is asked about at most 500 ids at a time, and says which of them have a row.
    """
    swept = 0
    old = iter(sorted(_tasks_born_before(blobs, now - stray_after_seconds)))
    while batch := list(islice(old, BATCH)):
        rows = set(known(batch))
        strays = [task_id for task_id in batch if task_id not in rows]
        blobs.delete(f"{task_id}/" for task_id in strays)
        swept += len(strays)
    return swept


def _tasks_born_before(blobs: Blobs, moment: float) -> set[str]:
    return {task_id for task_id in _task_ids(blobs) if born_at(task_id) < moment}


def _task_ids(blobs: Blobs) -> Iterator[str]:
    for blob in blobs.list(""):
        task_id = blob.key.partition("/")[0]
        if _TASK_ID.fullmatch(task_id):
            yield task_id


def born_at(task_id: str) -> float:
    """When the id was made, in epoch seconds. Raises `ValueError` if it is not a task's."""
    found = _TASK_ID.fullmatch(task_id)
    if not found:
        raise ValueError(f"{task_id!r} is not the id of a task")
    return int(found[1], 16) / 1_000
