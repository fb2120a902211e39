"""How long the service waits for a sender: for the head of a request, and for the next piece of its body."""

import asyncio
from typing import Any

import msgspec
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

HEAD_SECONDS = 15.0
SLOWEST_BYTES_A_SECOND = 1024


class BodyPatience(msgspec.Struct):
    """When a body has to go on: it may stand still for `seconds`, and has to come at 1 kB/s on the whole.

    A sender of a byte now and then is over its time soon; one behind a slow line is not. Times are monotonic seconds.
    """

    seconds: float
    began_at: float
    received_bytes: int = 0

    def left_seconds(self, now: float) -> float:
        """How much longer the next piece may take, at most `seconds`; 0 or less when the time is over."""
        earned = self.received_bytes / SLOWEST_BYTES_A_SECOND
        return min(self.seconds, self.began_at + self.seconds + earned - now)


class PatientProtocol(H11Protocol):
    """uvicorn's protocol, which drops a connection whose next request has begun and is not there after 15 s.

    uvicorn itself waits for ever for the rest of a head, so a few thousand half-sent ones would use up all connections.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the base class
        """Starts to wait for the first head."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Goes on waiting until the head is whole."""
        super().data_received(data)
        if self._answering:
            self._stop_waiting()
        else:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for any more."""
        self._stop_waiting()
        super().connection_lost(exc)

    @property
    def _answering(self) -> bool:
        cycle: RequestResponseCycle | None = getattr(self, "cycle", None)  # None before the first request
        return cycle is not None and not cycle.response_complete

    def _await_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
