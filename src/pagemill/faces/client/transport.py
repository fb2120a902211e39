"""HTTP to one service, for those who wait."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

from pagemill.faces.client.requests import Answer, Call, Request
from pagemill.faces.client.service import TIMEOUT, Service


class Transport:
    """Sends calls and tries again as `Service.attempts` says. May be shared by threads."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._http = httpx2.Client(base_url=service.url, headers=service.headers, timeout=TIMEOUT)

    def close(self) -> None:
        """Closes all connections."""
        self._http.close()

    def send(self, call: Call[Answer], patience_seconds: float | None = None) -> Answer:
        """What the answer means. Raises `ClientError`, and `OSError` if a file cannot be read."""
        request = call.request
        for attempt in self._service.attempts(repeatable=request.repeatable, patience_seconds=patience_seconds):
            with attempt, self._service.translated(), request.prepared() as arguments:
                return call.read(self._service.checked(self._http.request(**arguments)))
        raise AssertionError("a try either returns or raises")

    @contextmanager
    def stream(self, request: Request) -> Iterator[httpx2.Response]:
        """The answer while it comes, asked for once. Raises `ClientError`."""
        with (
            self._service.translated(),
            request.prepared() as arguments,
            self._http.stream(**arguments) as response,
        ):
            if not response.is_success:
                response.read()
                self._service.checked(response)
            yield response
