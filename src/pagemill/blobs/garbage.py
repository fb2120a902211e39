"""The sweep: what an upload left behind that died before its row.

Ids of tasks and files are `task_` or `file_` and a UUIDv7 in hex, whose first 48 bits are the milliseconds of its birth. An
upload older than 24 h refuses to commit, so what is older than 48 h and has no row will never have one.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice

from pagemill.blobs.port import Blobs
from pagemill.domain.task import FILE_PREFIX, TASK_PREFIX

STRAY_AFTER_SECONDS = 48 * 3_600
BATCH = 500

_OWNER_ID = re.compile(rf"(?:{TASK_PREFIX}|{FILE_PREFIX})([0-9a-f]{{12}})[0-9a-f]{{20}}")


def sweep(
    blobs: Blobs,
    known: Callable[[Sequence[str]], Collection[str]],
    now: float,
    stray_after_seconds: float = STRAY_AFTER_SECONDS,
) -> int:
    """Deletes all blobs of tasks and files this old that `known` does not name; returns of how many.

    `known` is asked about at most 500 ids at a time, and says which of them have a row.
    """
    swept = 0
    old = iter(sorted(_born_before(blobs, now - stray_after_seconds)))
    while batch := list(islice(old, BATCH)):
        rows = set(known(batch))
        strays = [owner_id for owner_id in batch if owner_id not in rows]
        blobs.delete(f"{owner_id}/" for owner_id in strays)
        swept += len(strays)
    return swept


def _born_before(blobs: Blobs, moment: float) -> Iterator[str]:
    owners = (owner_id for owner_id in blobs.owners() if _OWNER_ID.fullmatch(owner_id))
    return (owner_id for owner_id in owners if born_at(owner_id) < moment)


def born_at(owner_id: str) -> float:
    """When the id was made, in epoch seconds. Raises `ValueError` if it is no task's or file's."""
    found = _OWNER_ID.fullmatch(owner_id)
    if not found:
        raise ValueError(f"{owner_id!r} is not the id of a task or file")
    return int(found[1], 16) / 1_000
