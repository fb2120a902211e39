"""HTTP to one service, for those who have other things to do meanwhile. Step for step what transport.py does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2

from pagemill.faces.client.requests import Answer, Call, Request
from pagemill.faces.client.service import TIMEOUT, Service


class AsyncTransport:
    """Sends calls and tries again as `Service.attempts` says. For one event loop."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._http = httpx2.AsyncClient(base_url=service.url, headers=service.headers, timeout=TIMEOUT)

    async def close(self) -> None:
        """Closes all connections."""
        await self._http.aclose()

    async def send(self, call: Call[Answer], patience_seconds: float | None = None) -> Answer:
        """What the answer means. Raises `ClientError`, and `OSError` if a file cannot be read."""
        request = call.request
        async for attempt in self._service.attempts(repeatable=request.repeatable, patience_seconds=patience_seconds):
            with attempt, self._service.translated(), request.prepared() as arguments:
                return call.read(self._service.checked(await self._http.request(**arguments)))
        raise AssertionError("a try either returns or raises")

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncIterator[httpx2.Response]:
        """The answer while it comes, asked for once. Raises `ClientError`."""
        with self._service.translated(), request.prepared() as arguments:
            async with self._http.stream(**arguments) as response:
                if not response.is_success:
                    await response.aread()
                    self._service.checked(response)
                yield response
