"""Which tasks a request is about: the same words in a list's query and in a bulk request's filter."""

from datetime import datetime
from typing import Annotated

import msgspec

from pagemill.domain.errors import RequestError
from pagemill.domain.task import TaskState
from pagemill.intake.names import first_task_id
from pagemill.store.views import TaskFilter

LONGEST_QUERY = 200
MOST_IDS = 5_000
A_MILLISECOND = 0.001

Ids = Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=MOST_IDS)]
Query = Annotated[str, msgspec.Meta(max_length=LONGEST_QUERY)]


class Selection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Tasks that fit everything that is given; nothing given fits all of the tenant's.

    `q` is part of a file's name. `tenant` is the key's own without; another one, or `*` for all, needs the scope `admin`.
    """

    status: TaskState | None = None
    q: Query = ""
    created_after: datetime | None = None
    created_before: datetime | None = None
    ids: Ids | None = None
    tenant: str = ""

    @property
    def narrows(self) -> bool:
        """Whether anything but the tenant is given."""
        return (self.status, self.q, self.created_after, self.created_before, self.ids) != (None, "", None, None, None)

    def of(self, tenant: str | None, cursor: str = "") -> TaskFilter:
        """The filter for the store, `cursor` being where the last page ended. Raises `RequestError` for a vague time."""
        after, before = moment(self.created_after, "created_after"), moment(self.created_before, "created_before")
        end = "" if before is None else first_task_id(before)
        return TaskFilter(
            tenant=tenant,
            state=self.status,
            query=self.q,
            # Ids sort by the time of creation, to the millisecond.
            lowest="" if after is None else first_task_id(after + A_MILLISECOND),
            before=min(filter(None, (cursor, end)), default=""),
            ids=self.ids or (),
        )


class BulkBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which tasks, and whether only to count them. A filter that narrows nothing needs `all`, so that nobody says it by accident."""

    filter: Selection = Selection()
    all: bool = False
    dry_run: bool = False


def moment(given: datetime | None, name: str) -> float | None:
    """Epoch seconds. Raises `RequestError` without a time zone."""
    if given is not None and given.tzinfo is None:
        raise RequestError(f"`{name}` has no time zone", hint="Write it like 2026-01-31T12:00:00Z.")
    return None if given is None else given.timestamp()
