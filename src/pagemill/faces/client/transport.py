"""Requests that try again: when the service says when, and when the line breaks and asking twice does no harm."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import stamina

from pagemill.faces.client.errors import ClientError, Refused, Unreachable, refusal

BUSY_STATUSES = frozenset({429, 503})
FIRST_CONTACT_SECONDS = 3.0
"""A service that has never answered is more likely not there than busy."""

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 60.0


class Transport:
    """HTTP to one service. Tries for at most `patience_seconds`: after 429 and 503 as Retry-After says, else with backoff."""

    def __init__(self, url: str, api_key: str, patience_seconds: float) -> None:
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        timeout = httpx2.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
        self._http = httpx2.Client(base_url=url, headers=headers, timeout=timeout)
        self._patience_seconds = patience_seconds
        self._met = False

    def close(self) -> None:
        """Closes all connections."""
        self._http.close()

    def call(self, method: str, path: str, *, repeatable: bool = True, **request: Any) -> httpx2.Response:
        """The answer, read whole. Raises `Refused` and `Unreachable`.

        A request that is not `repeatable` is sent again only if it certainly was not taken.
        """
        for attempt in self._attempts(repeatable):
            with attempt:
                _rewind(request)
                with _translated(self._http):
                    response = self._http.request(method, path, **request)
                self._met = True
                if not response.is_success:
                    raise refusal(response)
                return response
        raise AssertionError("stamina either returns or raises")

    @contextmanager
    def stream(self, path: str) -> Iterator[Iterator[bytes]]:
        """The answer to a GET, piece by piece. Raises `Refused` and `Unreachable`; a broken stream is not resumed."""
        with _translated(self._http), self._http.stream("GET", path) as response:
            if not response.is_success:
                response.read()
                raise refusal(response)
            yield response.iter_bytes()

    def _attempts(self, repeatable: bool) -> Iterator[stamina.Attempt]:
        patience = self._patience_seconds
        first_contact_until = time.monotonic() + min(FIRST_CONTACT_SECONDS, patience)

        def worth_it(error: Exception) -> bool | float:
            if not self._met and time.monotonic() >= first_contact_until:
                return False
            if isinstance(error, Refused) and error.status in BUSY_STATUSES:
                return error.retry_after or True
            return isinstance(error, _NeverSent) or (repeatable and isinstance(error, Unreachable))

        return iter(stamina.retry_context(on=worth_it, attempts=None, timeout=patience))


class _NeverSent(Unreachable):
    """There was no connection to send anything on."""


@contextmanager
def _translated(http: httpx2.Client) -> Iterator[None]:
    try:
        yield
    except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
        raise _NeverSent(
            f"nobody answers at {http.base_url}", "Start it with `pagemill serve`, or name another --url."
        ) from error
    except httpx2.TransportError as error:
        raise Unreachable(
            f"the connection to {http.base_url} broke: {error}", "Look at `pagemill tasks list`."
        ) from error
    except httpx2.InvalidURL as error:
        raise ClientError(f"{http.base_url} is no address: {error}") from error


def _rewind(request: dict[str, Any]) -> None:
    for _, file in request.get("files", {}).values():
        file.seek(0)
