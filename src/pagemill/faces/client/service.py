"""The service as a client meets it: where it is, how its silence is told, and when it is asked again."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

from pagemill.faces.client.attempts import Attempts
from pagemill.faces.client.errors import ClientError, NeverSent, Refused, Unreachable, refusal

DEFAULT_URL = "http://127.0.0.1:8000"
PATIENCE_SECONDS = 60.0
FIRST_CONTACT_SECONDS = 3.0
"""A service that has never answered is more likely not there than busy."""

TIMEOUT = httpx2.Timeout(60.0, connect=10.0)


class Service:
    """One service. What is not given comes from `PAGEMILL_URL` and `PAGEMILL_API_KEY`."""

    def __init__(self, url: str, api_key: str | None, patience_seconds: float) -> None:
        key = os.environ.get("PAGEMILL_API_KEY", "") if api_key is None else api_key
        self.url = url or os.environ.get("PAGEMILL_URL", "") or DEFAULT_URL
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._patience_seconds = patience_seconds
        self._met = False

    def attempts(self, *, repeatable: bool, patience_seconds: float | None = None) -> Attempts:
        """Tries after 429 and 503 as Retry-After says, and with backoff when the line breaks, if that can do no harm.

        `patience_seconds` is how long somebody is known to wait; without it, a service that never answered gets 3 s.
        """
        began_at = time.monotonic()
        patience = self._patience_seconds if patience_seconds is None else patience_seconds
        first_contact = min(FIRST_CONTACT_SECONDS, patience) if patience_seconds is None else patience

        def worth_it(error: BaseException) -> bool:
            waited = time.monotonic() - began_at
            if waited >= (patience if self._met else first_contact):
                return False
            if isinstance(error, Refused):
                return error.busy and waited + (error.retry_after or 0.0) < patience
            return isinstance(error, NeverSent) or (repeatable and isinstance(error, Unreachable))

        return Attempts(worth_it)

    def checked(self, response: httpx2.Response) -> bytes:
        """The body of an answer that has been read. Raises `Refused`."""
        self._met = True
        if not response.is_success:
            raise refusal(response)
        return response.content

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turns what the HTTP library raises into `ClientError`."""
        try:
            yield
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            hint = "Start it with `pagemill serve`, or name another address: PAGEMILL_URL, or --url for commands."
            raise NeverSent(f"nobody answers at {self.url}", hint) from error
        except (httpx2.UnsupportedProtocol, httpx2.InvalidURL) as error:
            raise ClientError(f"{self.url} is no address", "Write it like http://127.0.0.1:8000.") from error
        except httpx2.SSEError as error:
            raise ClientError(f"{self.url} does not answer as a Pagemill service: {error}") from error
        except httpx2.TransportError as error:
            hint = "It may have been done: look with `pagemill tasks list` or Client.tasks()."
            raise Unreachable(f"the connection to {self.url} broke: {error}", hint) from error
