"""Random histories of many nodes, lost answers, zombies, users who change their minds and clocks that jump: after every step each
task's rows agree with each other and with what was true before, and in the end every task ends.
"""

import asyncio
import tempfile
from collections.abc import Iterable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pagemill.domain.errors import Fault, Problem, TaskNotFound
from pagemill.domain.fanout import pages_of
from pagemill.domain.options import selected_pages
from pagemill.domain.outcome import Failed, GivenBack, LossCause, Lost, PagesRead
from pagemill.domain.task import Claim, JobKind, JobState, Task
from pagemill.store.queue import Answer
from pagemill.store.views import TaskAudit
from tests.store.world import (
    ENGINES,
    TWO_PAGES_A_RANGE,
    World,
    corrupt,
    document,
    new_spec,
    opened,
    settlement,
    transient,
)

FILE_PAGES = 6
ENDINGS = {"succeeded", "failed", "cancelled"}

picks = st.integers(min_value=0, max_value=10_000)
endings = st.sampled_from(
    ["well", "fan out", "transient", "corrupt", "memory", "crash", "crash on a page", "given back"]
)


def success(claim: Claim, *, fan_out: bool):
    """What an honest worker says of this job in a file of six pages."""
    options = claim.spec.options
    wanted = selected_pages(options.pages, FILE_PAGES)
    match claim.job.kind:
        case JobKind.PLAN if fan_out:
            return PagesRead(
                result_key=claim.output_key, page_count=FILE_PAGES, read_to=FILE_PAGES, pages_read=0, deferred=wanted
            )
        case JobKind.PLAN:
            return document(claim, len(wanted))
        case JobKind.PAGES:
            pages = len(pages_of(claim.job, options, FILE_PAGES))
            return PagesRead(
                result_key=claim.output_key, page_count=FILE_PAGES, read_to=claim.job.last_page, pages_read=pages
            )
        case _:
            failed = {page for part in claim.failed for page in range(part.first_page, part.last_page + 1)}
            return document(claim, len(wanted), len(failed & set(wanted)))


def outcome(claim: Claim, ending: str):
    match ending:
        case "transient":
            return transient()
        case "corrupt":
            return corrupt(claim.job.first_page)
        case "memory":
            return Failed(fault=Fault.RESOURCE, problem=Problem("out_of_memory", "too large"))
        case "crash":
            return Lost(cause=LossCause.CRASH, begun=True, alone=claim.job.suspect)
        case "crash on a page":
            page = max(1, claim.job.first_page)
            return Lost(cause=LossCause.CRASH, begun=True, alone=True, page=page, page_count=FILE_PAGES)
        case "given back":
            return GivenBack(reason="drained")
        case _:
            return success(claim, fan_out=ending == "fan out")


class Histories(RuleBasedStateMachine):
    """One store, some nodes, and what was true so far."""

    def __init__(self, engine: str) -> None:
        super().__init__()
        self.engine = engine
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.exits = AsyncExitStack()
        self.world: World = self.run(self.exits.enter_async_context(opened(engine, Path(self.folder.name))))
        self.held: dict[int, list[Claim]] = {}
        self.zombies: list[Claim] = []
        self.task_ids: list[str] = []
        self.last: list = []
        self.over: dict[tuple, object] = {}
        self.ever_garbage: set[str] = set()
        self.boots = 0
        self.passwords = 0

    def run(self, awaitable):
        return self.runner.run(awaitable)

    def teardown(self):
        try:
            if self.task_ids:
                self.everything_ends()
        finally:
            self.run(self.exits.aclose())
            self.runner.close()
            self.folder.cleanup()

    @initialize()
    def first_node(self):
        self.join()

    @rule()
    def join(self):
        self.boots += 1
        self.held[self.run(self.world.join(f"boot-{self.boots}"))] = []

    @rule(
        priority=st.sampled_from(["high", "normal"]),
        error_handling=st.sampled_from(["fail", "continue"]),
        pages=st.sampled_from(["", "1-4", "2,5"]),
        secret=st.booleans(),
    )
    def submit(self, priority, error_handling, pages, secret):
        task_id = f"task_{len(self.task_ids):03d}"
        key = self.password_key(task_id) if secret else ""
        submission = self.world.submission(
            task_id=task_id, secret_key=key, priority=priority, error_handling=error_handling, pages=pages
        )
        first = self.run(self.world.queue.submit([submission]))
        assert self.run(self.world.queue.submit([submission])) == first
        self.task_ids.append(task_id)

    @precondition(lambda self: self.held)
    @rule(pick=picks, jobs=st.integers(1, 5), answer_is_lost=st.booleans())
    def claim(self, pick, jobs, answer_is_lost):
        owner = self.owner(pick)
        claims = self.run(self.world.claim(owner, jobs))
        (self.zombies if answer_is_lost else self.held[owner]).extend(claims)

    @precondition(lambda self: any(self.held.values()))
    @rule(pick=picks, ending=endings, most=st.integers(1, 4))
    def settle(self, pick, ending, most):
        owner = self.owner(pick)
        batch, self.held[owner] = self.held[owner][:most], self.held[owner][most:]
        self.last = [settlement(claim, outcome(claim, ending), TWO_PAGES_A_RANGE) for claim in batch]
        self.run(self.world.settle(owner, *self.last))

    @rule()
    def say_the_last_settlements_again(self):
        before = self.audits()
        assert Answer.SETTLED not in self.run(self.world.settle(1, *self.last))
        assert self.audits() == before

    @precondition(lambda self: self.zombies)
    @rule(pick=picks, ending=endings)
    def a_zombie_wakes_up(self, pick, ending):
        claim = self.zombies.pop(pick % len(self.zombies))
        self.run(self.world.end(claim, outcome(claim, ending)))

    @precondition(lambda self: self.held)
    @rule(pick=picks, begun=st.integers(0, 3))
    def beat(self, pick, begun):
        owner = self.owner(pick)
        held = self.held[owner]
        answer = self.run(self.world.beat(owner, held, held[:begun]))
        gone = set(answer.gone)
        self.zombies += [claim for claim in held if claim.lease in gone]
        self.held[owner] = [claim for claim in held if claim.lease not in gone]
        if not answer.alive:
            del self.held[owner]

    @precondition(lambda self: self.held)
    @rule(pick=picks)
    def a_node_dies(self, pick):
        owner = self.owner(pick)
        self.zombies += self.held.pop(owner)
        self.run(self.world.die(owner))

    @precondition(lambda self: self.held)
    @rule(pick=picks)
    def a_node_leaves(self, pick):
        owner = self.owner(pick)
        self.zombies += self.held.pop(owner)
        self.run(self.world.queue.leave(owner))

    @rule(limit=st.integers(1, 3))
    def rescue(self, limit):
        self.run(self.world.queue.rescue([], limit))

    @precondition(lambda self: self.task_ids)
    @rule(pick=picks)
    def cancel(self, pick):
        task_id = self.task_id(pick)
        self.run(self.world.queue.cancel([task_id]))
        assert self.run(self.world.queue.cancel([task_id])) == ()

    @precondition(lambda self: self.task_ids)
    @rule(pick=picks, pages=st.sampled_from([None, "", "1-4"]), chunk=st.sampled_from([512, 100]), secret=st.booleans())
    def rerun(self, pick, pages, chunk, secret):
        task_id = self.task_id(pick)
        old = self.find(task_id)
        if old is None:
            return
        key = self.password_key(task_id) if secret else ""
        options = {"pages": pages or "", "chunks": {"target": chunk}, "secret_key": key}
        spec = new_spec(task_id, **options)
        first = self.run(self.world.queue.rerun(spec, pages is not None, TWO_PAGES_A_RANGE))
        assert self.run(self.world.queue.rerun(spec, pages is not None, TWO_PAGES_A_RANGE)) == first
        assert first.result_key == old.result_key

    @precondition(lambda self: self.task_ids)
    @rule(pick=picks)
    def delete(self, pick):
        task_id = self.task_id(pick)
        self.run(self.world.queue.delete([task_id]))
        assert self.run(self.world.queue.delete([task_id])) == ()
        assert self.find(task_id) is None

    @rule(seconds=st.sampled_from([1, 30, 4_000, -2, 86_401]))
    def time_passes(self, seconds):
        self.world.clock.shift_seconds += seconds

    @rule(limit=st.integers(1, 5))
    def prune(self, limit):
        self.run(self.world.queue.prune(limit))

    @rule(limit=st.integers(1, 5))
    def collect(self, limit):
        prefixes = [garbage.prefix for garbage in self.run(self.world.queue.garbage(limit))]
        self.run(self.world.queue.collected(prefixes))

    @invariant()
    def all_is_well(self):
        audits = self.audits()
        assert self.world.broken_rules(audits) == []
        for audit in audits:
            self.what_is_over_never_changes(audit)
            self.nothing_that_counts_was_ever_garbage(audit)
        self.every_revision_ends_at_most_once_and_says_so(audits)

    def what_is_over_never_changes(self, audit: TaskAudit):
        task = audit.view.task
        over = {("task", task.id, task.revision): task} if task.state.terminal else {}
        over |= {("job", job.id): job for job in audit.jobs if job.state.terminal}
        over |= {("attempt", tried.job_id, tried.attempt): tried for tried in audit.attempts if tried.end is not None}
        known = {key: value for key, value in self.over.items() if key in over}
        assert known == {key: over[key] for key in known}
        self.over |= over
        rows = {("job", job.id) for job in audit.jobs} | {("task", task.id, task.revision)}
        assert not [key for key in rows if key in self.over and key not in over]

    def nothing_that_counts_was_ever_garbage(self, audit: TaskAudit):
        task = audit.view.task
        self.ever_garbage |= set(audit.garbage)
        kept = {job.result_key for job in audit.jobs if job.state is JobState.DONE and job.revision == task.revision}
        kept |= {task.result_key} | (set() if task.state.terminal else {audit.view.spec.secret_key})
        assert not [key for key in kept - {""} if key.startswith(tuple(self.ever_garbage))]

    def every_revision_ends_at_most_once_and_says_so(self, audits: Iterable[TaskAudit]):
        events = self.run(self.world.views.events(0, 100_000))
        assert [event.id for event in events] == sorted({event.id for event in events})
        ends = [((event.task_id, event.revision), event.kind) for event in events if event.kind in ENDINGS]
        kinds = dict(ends)
        assert len(kinds) == len(ends)
        tasks = [audit.view.task for audit in audits]
        assert all(
            kinds.get((task.id, task.revision)) == (task.state if task.state.terminal else None) for task in tasks
        )

    def everything_ends(self):
        """No ghost: with one honest node, whatever is still open ends."""
        for owner in list(self.held):
            self.run(self.world.queue.leave(owner))
        while self.run(self.world.queue.rescue([], 100)):
            pass
        self.join()
        owner = max(self.held)
        for _ in range(60):
            self.world.clock.shift_seconds += 301
            self.run(self.world.beat(owner))
            for claim in self.run(self.world.claim(owner)):
                assert self.run(self.world.end(claim, success(claim, fan_out=False))) is Answer.SETTLED
        assert self.run(self.world.views.counts()).ready == 0
        assert all(audit.view.task.state.terminal for audit in self.audits())
        self.all_is_well()

    def audits(self) -> tuple[TaskAudit, ...]:
        return self.run(self.world.views.audit("", 500))

    def find(self, task_id: str) -> Task | None:
        try:
            return self.run(self.world.task(task_id))
        except TaskNotFound:
            return None

    def password_key(self, task_id: str) -> str:
        self.passwords += 1
        return f"{task_id}/input/password-{self.passwords}/"

    def owner(self, pick: int) -> int:
        """A node, one that holds something if there is one."""
        busy = [owner for owner, claims in self.held.items() if claims]
        choice = busy if busy and pick % 3 else list(self.held)
        return choice[pick % len(choice)]

    def task_id(self, pick: int) -> str:
        return self.task_ids[pick % len(self.task_ids)]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.timeout(280)
def test_no_history_breaks_an_invariant(engine):
    run_state_machine_as_test(
        lambda: Histories(engine),
        settings=settings(
            max_examples=40,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
