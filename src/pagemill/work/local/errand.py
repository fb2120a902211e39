"""One assignment on its way through the executor: waiting, in a child, answered."""

import asyncio
from collections.abc import Callable
from typing import assert_never

from pagemill.domain.errors import Evidence
from pagemill.domain.outcome import LossCause, Lost, Outcome
from pagemill.work.executor import Assignment
from pagemill.work.local import watch as watching
from pagemill.work.local.process import Child
from pagemill.work.local.watch import Watch
from pagemill.work.local.wire import Began, Finished, Reached, Ready, Report


class Errand:
    """An assignment, the call that waits for its answer, and the child that has it. `clock` is monotonic seconds."""

    def __init__(self, assignment: Assignment, began: Callable[[], None], clock: Callable[[], float]) -> None:
        self.assignment = assignment
        self.answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.watch: Watch | None = None
        self._tell_began = began
        self._clock = clock
        self._child: Child | None = None
        self._end: asyncio.Future[Outcome | None] | None = None
        self._cause = LossCause.CRASH

    @property
    def alone(self) -> bool:
        """Whether it runs in a fresh child of its own."""
        return self.assignment.claim.job.suspect

    @property
    def cost_seconds(self) -> float:
        """Its predicted work."""
        return self.assignment.claim.job.cost_seconds

    @property
    def remaining_seconds(self) -> float:
        """What is left of its predicted work; below 0 when it takes longer than predicted."""
        began_at = self.watch.began_at if self.watch else None
        return self.cost_seconds - (0.0 if began_at is None else self._clock() - began_at)

    async def run_in(self, child: Child) -> None:
        """Has the child do it, and answers. Afterwards the child is free for another, or gone."""
        self._end = asyncio.get_running_loop().create_future()
        self._child = child
        self.watch = Watch(allowance=self.assignment.allowance, handed_at=self._clock())
        child.listen = self._hear
        child.stderr.forget()
        child.send(self.assignment)
        if child.gone:
            self._hear(None)
        outcome = await self._end
        self._reply(outcome if outcome is not None else self._lost(child, await child.buried()))

    def give_up(self, outcome: Outcome) -> None:
        """Answers without having been done; a child that has it is killed."""
        self._reply(outcome)
        self.kill()

    def abandon(self) -> None:
        """Nobody waits for the answer any more; a child that has it is killed."""
        self.answer.cancel()
        self.kill()

    def judge(self, now: float) -> None:
        """Kills the child if its time is up or its memory too large."""
        if self._child is None or self.watch is None or self._cause is not LossCause.CRASH:
            return
        cause = watching.verdict(self.watch, now, self._child.resident_bytes())
        if cause is not None:
            self._cause = cause
            self._child.kill()

    def postpone(self, seconds: float) -> None:
        """Moves all deadlines."""
        if self.watch is not None:
            self.watch = watching.postponed(self.watch, seconds)

    def kill(self) -> None:
        """Kills the child, if one has it that is not done yet."""
        if self._child is not None and self._end is not None and not self._end.done():
            self._child.kill()

    def _reply(self, outcome: Outcome) -> None:
        if not self.answer.done():
            self.answer.set_result(outcome)

    def _hear(self, report: Report | None) -> None:
        if self._end is None or self._end.done() or self.watch is None:
            return
        match report:
            case None:
                self._end.set_result(None)
            case Finished(outcome):
                self._end.set_result(outcome)
            case Began():
                self.watch = watching.began(self.watch, self._clock())
                self._tell_began()
            case Reached(stage, page):
                self.watch = watching.reached(self.watch, stage, page, self._clock())
            case Ready():
                pass
            case _:
                assert_never(report)

    def _lost(self, child: Child, ending: str) -> Lost:
        watch = self.watch
        assert watch is not None  # noqa: S101
        evidence = Evidence(signal=ending, stage=watch.stage, page=watch.page, stderr=child.stderr.tail())
        begun = watch.began_at is not None
        return Lost(
            cause=self._cause,
            begun=begun,
            alone=self.alone and begun,
            page=watch.page,
            page_count=watch.page_count,
            evidence=evidence,
        )
