"""How a call can fail.

ClientError
 ├─ Unreachable   nobody answered, or the connection broke
 └─ Refused       the service answered with a problem
"""

from json import JSONDecodeError
from typing import Any

import httpx2


class ClientError(Exception):
    """A call that did not succeed. `hint` says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.message = message
        self.hint = hint
        super().__init__(f"{message}. {hint}" if hint else message)


class Unreachable(ClientError):
    """Nobody answered. Whether the service did what was asked is not known."""


class Refused(ClientError):
    """The service answered with a problem: `status` is HTTP's, `code` one of docs/errors.md.

    `retry_after` is in seconds, None if the service names none.
    """

    def __init__(self, status: int, code: str, message: str, hint: str = "", retry_after: float | None = None) -> None:
        self.status = status
        self.code = code
        self.retry_after = retry_after
        super().__init__(message, hint)


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
