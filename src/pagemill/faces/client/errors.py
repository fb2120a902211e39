"""How a call can fail.

ClientError
 ├─ Unreachable   nobody answered, or the connection broke
 ├─ Refused       the service answered with a problem
 ├─ TaskFailed    the task has no result and will have none
 └─ Timeout       the task had not ended in time (a TimeoutError, too)
"""

from json import JSONDecodeError
from typing import Any

import httpx2

BUSY_STATUSES = frozenset({429, 503})


class ClientError(Exception):
    """A call that did not succeed. `message` says what happened, `hint` what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.message = message
        self.hint = hint
        super().__init__(f"{message}. {hint}" if hint else message)


class Unreachable(ClientError):
    """Nobody answered. Whether the service did what was asked is not known."""


class NeverSent(Unreachable):
    """There was no connection to send anything on: the service has certainly not done what was asked."""


class Refused(ClientError):
    """The service answered with a problem: `status` is HTTP's, `code` one of docs/errors.md.

    `retry_after` is in seconds, None if the service names none.
    """

    def __init__(self, status: int, code: str, message: str, hint: str = "", retry_after: float | None = None) -> None:
        self.status = status
        self.code = code
        self.retry_after = retry_after
        super().__init__(message, hint)

    @property
    def busy(self) -> bool:
        """Whether the same request may be taken a little later."""
        return self.status in BUSY_STATUSES


class TaskFailed(ClientError):
    """The task `task_id` failed or was cancelled: `code` is one of docs/errors.md, `page` the one to blame, 0 for none."""

    def __init__(self, task_id: str, code: str, message: str, hint: str = "", page: int = 0) -> None:
        self.task_id = task_id
        self.code = code
        self.page = page
        super().__init__(message, hint)


class Timeout(ClientError, TimeoutError):
    """The time was over before the task was. The task goes on; wait for it again whenever you like."""


def refusal(response: httpx2.Response) -> Refused:
    """The problem that this answer tells of; its body must have been read."""
    try:
        body: Any = response.json()
    except (JSONDecodeError, UnicodeDecodeError):
        body = {}
    if not isinstance(body, dict) or "code" not in body:
        hint = "Is that address a Pagemill service?"
        return Refused(response.status_code, "", f"{response.request.url} answered {response.status_code}", hint)
    return Refused(
        response.status_code,
        str(body["code"]),
        str(body.get("detail", "")),
        str(body.get("hint", "")),
        _seconds(response.headers.get("retry-after", "")),
    )


def _seconds(header: str) -> float | None:
    return float(header) if header.isascii() and header.isdecimal() else None
