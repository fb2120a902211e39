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

from pagemill.domain.errors import TaskNotFound
from pagemill.domain.task import Claim, JobState, Task
from pagemill.store.queue import Answer
from pagemill.store.views import TaskAudit
from tests.store.histories import ENDINGS, endings, outcome, picks, success, turns, wants
from tests.store.world import (
    ENGINES,
    TWO_PAGES_A_RANGE,
    World,
    new_spec,
    opened,
    settlement,
)


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

    @initialize(submissions=st.lists(wants, min_size=1, max_size=3), turns=turns)
    def begin(self, submissions, turns):
        self.join()
        self.join()
        self.submit(submissions)
        self.work(turns)

    def join(self):
        self.boots += 1
        self.held[self.run(self.world.join(f"boot-{self.boots}"))] = []

    @rule(submissions=st.lists(wants, min_size=1, max_size=3))
    def submit(self, submissions):
        for options in submissions:
            self.submit_one(**options)

    def submit_one(self, *, secret, **options):
        task_id = f"task_{len(self.task_ids):03d}"
        key = self.password_key(task_id) if secret else ""
        submission = self.world.submission(task_id=task_id, secret_key=key, **options)
        first = self.run(self.world.queue.submit([submission]))
        assert self.run(self.world.queue.submit([submission])) == first
        self.task_ids.append(task_id)

    @rule(turns=turns)
    def work(self, turns):
        for pick, jobs, ending, answer_is_lost in turns:
            if self.held:
                self.settle(self.owner(pick), jobs, ending)
                self.claim(self.owner(pick), jobs, answer_is_lost)

    @rule(turns=turns)
    def work_more(self, turns):
        self.work(turns)

    @rule(turns=turns)
    def work_most(self, turns):
        self.work(turns)

    def claim(self, owner, jobs, answer_is_lost):
        claims = self.run(self.world.claim(owner, jobs))
        (self.zombies if answer_is_lost else self.held[owner]).extend(claims)

    def settle(self, owner, jobs, ending):
        batch, self.held[owner] = self.held[owner][:jobs], self.held[owner][jobs:]
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
        """If there is one, a zombie whose job somebody else works at by now."""
        taken = {claim.job.id for claims in self.held.values() for claim in claims}
        choice = [claim for claim in self.zombies if claim.job.id in taken] or self.zombies
        claim = choice[pick % len(choice)]
        self.zombies.remove(claim)
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

    @rule(pick=picks, what=st.sampled_from(["cancel", "delete", "retry", "retry"]))
    def a_user_interferes(self, pick, what):
        {"cancel": self.cancel, "delete": self.delete, "retry": self.retry}[what](
            self.task_ids[pick % len(self.task_ids)]
        )

    def cancel(self, task_id):
        self.run(self.world.queue.cancel([task_id]))
        assert self.run(self.world.queue.cancel([task_id])) == ()

    def delete(self, task_id):
        self.run(self.world.queue.delete([task_id]))
        assert self.run(self.world.queue.delete([task_id])) == ()
        assert self.find(task_id) is None

    def retry(self, task_id):
        if task := self.find(task_id):
            options = self.run(self.world.views.task(task_id)).spec.options
            self.run_again(task, False, pages=options.pages, error_handling=options.error_handling)

    @rule(pick=picks, options=wants, chunk=st.sampled_from([512, 100]))
    def a_user_wants_something_else(self, pick, options, chunk):
        if task := self.find(self.task_ids[pick % len(self.task_ids)]):
            self.run_again(task, True, chunks={"target": chunk}, **options)

    def run_again(self, task, new_options, *, secret=False, **options):
        key = self.password_key(task.id) if secret else ""
        spec = new_spec(task.id, secret_key=key, **options)
        first = self.run(self.world.queue.rerun(spec, new_options, TWO_PAGES_A_RANGE))
        assert self.run(self.world.queue.rerun(spec, new_options, TWO_PAGES_A_RANGE)) == first
        assert first.result_key == task.result_key

    @rule(what=st.sampled_from(["join", "prune", "collect", "rescue", "rescue"]), limit=st.integers(1, 5))
    def the_house_is_kept(self, what, limit):
        match what:
            case "join":
                self.join()
            case "prune":
                self.run(self.world.queue.prune(limit))
            case "rescue":
                self.run(self.world.queue.rescue([], limit))
            case _:
                prefixes = [garbage.prefix for garbage in self.run(self.world.queue.garbage(limit))]
                self.run(self.world.queue.collected(prefixes))

    @rule(seconds=st.sampled_from([1, 1, 30, 600, 4_000, -2, 86_401]))
    def time_passes(self, seconds):
        self.world.clock.shift_seconds += seconds

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
        """No ghost: nodes that only beat, and one that works, bring whatever is still open to its end."""
        idle = list(self.held)
        self.join()
        owner = max(self.held)
        for node in idle:
            self.run(self.world.beat(node))
        while self.run(self.world.queue.rescue([], 100)):
            pass
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


def run_histories(engine: str, count: int) -> None:
    run_state_machine_as_test(
        lambda: Histories(engine),
        settings=settings(
            max_examples=count, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_no_history_breaks_an_invariant(engine):
    run_histories(engine, 12)


@pytest.mark.long
@pytest.mark.parametrize("engine", ENGINES)
def test_no_history_of_many_breaks_an_invariant(engine):
    run_histories(engine, 80)
