"""Trying again, for both kinds of transport."""

from collections.abc import AsyncIterator, Callable, Iterator

from tenacity import (
    AsyncRetrying,
    AttemptManager,
    RetryCallState,
    Retrying,
    retry_if_exception,
    wait_exponential_jitter,
)

from pagemill.faces.client.errors import Refused

_BACKOFF = wait_exponential_jitter(multiplier=0.1, max=2.0, jitter=0.5)


class Attempts:
    """Tries with pauses between them, for `for` and for `async for`: each is a context that takes an error.

    An error that is not `worth_it` is raised by the loop. There is no other end.
    """

    def __init__(self, worth_it: Callable[[BaseException], bool]) -> None:
        self._retry = retry_if_exception(worth_it)

    def __iter__(self) -> Iterator[AttemptManager]:
        return iter(Retrying(retry=self._retry, wait=pause_seconds, reraise=True))

    def __aiter__(self) -> AsyncIterator[AttemptManager]:
        return aiter(AsyncRetrying(retry=self._retry, wait=pause_seconds, reraise=True))


def pause_seconds(state: RetryCallState) -> float:
    """As long as the service has named, or a backoff with jitter of at most 2 s."""
    error = state.outcome.exception() if state.outcome is not None else None
    named = error.retry_after if isinstance(error, Refused) else None
    return _BACKOFF(state) if named is None else named
