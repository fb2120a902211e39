"""What becomes of a job: every outcome on an allowed edge, budgets apart, nobody convicted for another's fault."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from pagemill.domain.errors import CATALOGUE, Evidence, Fault, Problem
from pagemill.domain.lifecycle import ALLOWED_EDGES, Situation, claimed, decide
from pagemill.domain.options import ErrorHandling
from pagemill.domain.outcome import DocumentReady, Failed, GivenBack, LossCause, Lost, Outcome, PagesRead
from pagemill.domain.task import AttemptEnd, Band, JobKind, JobState, Pool, TaskState
from tests.domain.strategies import (
    NOW,
    a_failure,
    a_job,
    a_loss,
    a_situation,
    attempts,
    failures,
    losses,
    running_jobs,
    situations,
)

LIVE = (JobState.READY, JobState.DELAYED)


# ------------------------------------------------------------------------------------------------------------- the table


@given(attempts())
def test_every_outcome_lands_on_an_allowed_edge(attempt: tuple[Situation, Outcome]) -> None:
    at, outcome = attempt
    transition = decide(outcome, at)
    assert (at.job.state, transition.state) in ALLOWED_EDGES[transition.edge]


def test_terminal_states_are_never_left() -> None:
    left = {source for edges in ALLOWED_EDGES.values() for source, _ in edges if source is not None}
    assert not any(state.terminal for state in left)


def test_every_state_can_be_reached_and_every_live_one_left() -> None:
    edges = [edge for edges in ALLOWED_EDGES.values() for edge in edges]
    assert {target for _, target in edges} == set(JobState)
    assert {source for source, _ in edges} == {None, *(state for state in JobState if not state.terminal)}


@given(attempts())
def test_what_a_transition_says_fits_together(attempt: tuple[Situation, Outcome]) -> None:
    at, outcome = attempt
    transition = decide(outcome, at)
    assert (transition.run_at is not None) == (transition.state is JobState.DELAYED)
    assert transition.garbage == (transition.state is not JobState.DONE)
    assert bool(transition.result_key) == (transition.state is JobState.DONE)
    assert transition.state.terminal or not (transition.follow_ups or transition.when_last or transition.task)
    assert (transition.problem is not None) >= (transition.state is JobState.DEAD)


@given(attempts())
def test_a_terminal_job_leaves_the_task_over_or_with_something_to_follow(attempt: tuple[Situation, Outcome]) -> None:
    transition = decide(attempt[1], attempt[0])
    goes_on = bool(transition.follow_ups) or transition.when_last is not None
    assert not transition.state.terminal or goes_on != (transition.task is not None)


@given(running_jobs(), st.integers(1, 99))
def test_a_claim_raises_the_attempt_by_one(job, owner) -> None:
    again = claimed(replace(job, state=JobState.READY), owner)
    assert (again.attempt, again.owner, again.begun) == (job.attempt + 1, owner, False)
    assert (JobState.READY, again.state) in ALLOWED_EDGES["b"]


# ---------------------------------------------------------------------------------------------------------- the budgets


@given(attempts())
def test_counters_never_fall_and_rise_by_one_at_most(attempt: tuple[Situation, Outcome]) -> None:
    at, outcome = attempt
    transition = decide(outcome, at)
    assert transition.failures - at.job.failures in (0, 1)
    assert transition.losses - at.job.losses in (0, 1)


@given(situations(), losses())
def test_a_loss_is_never_counted_as_a_failure(at: Situation, loss: Lost) -> None:
    assert decide(loss, at).failures == at.job.failures


@given(situations(), failures())
def test_a_failure_is_never_counted_as_a_loss(at: Situation, failure: Failed) -> None:
    assume(failure.fault not in (Fault.RESOURCE, Fault.LOST))
    assert decide(failure, at).losses == at.job.losses


@given(situations(), st.sampled_from((0.0, 30.0)))
def test_what_is_given_back_counts_nothing(at: Situation, delay_seconds: float) -> None:
    transition = decide(GivenBack(reason="draining", delay_seconds=delay_seconds), at)
    assert transition.state in LIVE
    assert (transition.failures, transition.losses, transition.suspect) == (
        at.job.failures,
        at.job.losses,
        at.job.suspect,
    )
    assert transition.run_at == (at.now + delay_seconds if delay_seconds else None)


@given(situations(), losses())
def test_a_loss_before_the_work_began_counts_nothing(at: Situation, loss: Lost) -> None:
    assume(at.job.attempt < at.policy.attempts)
    transition = decide(replace(loss, begun=False), at)
    assert (transition.edge, transition.state) == ("f", JobState.READY)
    assert (transition.failures, transition.losses, transition.suspect) == (
        at.job.failures,
        at.job.losses,
        at.job.suspect,
    )


@given(situations(), failures() | losses())
def test_the_twentieth_attempt_is_the_last(at: Situation, outcome: Outcome) -> None:
    last = replace(at, job=replace(at.job, attempt=20))
    assert decide(outcome, last).state.terminal


def test_work_that_was_begun_too_often_is_told_so_and_keeps_its_evidence() -> None:
    loss = replace(a_loss(LossCause.NODE), evidence=Evidence(signal="SIGKILL"))
    problem = decide(loss, a_situation(a_job(attempt=20))).problem
    assert problem is not None
    assert (problem.code, problem.evidence) == ("attempts_used_up", Evidence(signal="SIGKILL"))


# --------------------------------------------------------------------------------------------------------------- losses


@given(situations(), losses())
def test_a_loss_in_company_never_convicts(at: Situation, loss: Lost) -> None:
    assume(at.job.attempt < at.policy.attempts)
    transition = decide(replace(loss, alone=False), at)
    assert transition.state is not JobState.DEAD
    assert transition.losses == at.job.losses


@given(situations(), losses())
def test_the_death_of_a_node_never_convicts(at: Situation, loss: Lost) -> None:
    assume(at.job.attempt < at.policy.attempts)
    transition = decide(replace(loss, cause=LossCause.NODE), at)
    assert (transition.edge, transition.losses) == ("f", at.job.losses)


@pytest.mark.parametrize("cause", [LossCause.CRASH, LossCause.MEMORY, LossCause.DEADLINE])
@pytest.mark.parametrize("kind", JobKind)
def test_company_makes_a_suspect_and_two_losses_alone_convict_it(cause: LossCause, kind: JobKind) -> None:
    job = a_job(kind)
    in_company = decide(a_loss(cause), a_situation(job))
    assert (in_company.state, in_company.suspect, in_company.losses) == (JobState.READY, True, 0)
    once = decide(a_loss(cause, alone=True), a_situation(replace(job, attempt=2, suspect=True)))
    assert (once.state, once.suspect, once.losses) == (JobState.READY, True, 1)
    twice = decide(a_loss(cause, alone=True), a_situation(replace(job, attempt=3, suspect=True, losses=1)))
    assert (twice.state, twice.losses, twice.end) == (JobState.DEAD, 2, AttemptEnd.LOST)


@pytest.mark.parametrize(
    ("cause", "code"),
    [(LossCause.CRASH, "crashed"), (LossCause.MEMORY, "out_of_memory"), (LossCause.DEADLINE, "page_timeout")],
)
def test_a_convicted_file_is_told_what_it_did_on_which_page(cause: LossCause, code: str) -> None:
    job = a_job(first_page=12, last_page=12, suspect=True, losses=1)
    loss = Lost(cause=cause, begun=True, alone=True, page=12, evidence=Evidence(signal="SIGSEGV", page=12))
    transition = decide(loss, a_situation(job))
    assert transition.problem is not None
    assert (transition.problem.code, transition.problem.page) == (code, 12)
    assert transition.problem.evidence == Evidence(signal="SIGSEGV", page=12)
    assert transition.problem.hint == CATALOGUE[code].hint


def test_a_lack_of_resources_is_a_loss_that_keeps_its_own_words_and_evidence() -> None:
    problem = Problem("page_timeout", "Page 12 took 120 s of 60 s", page=12, evidence=Evidence(stage="tables"))
    outcome = Failed(fault=Fault.RESOURCE, problem=problem)
    first = decide(outcome, a_situation(a_job(first_page=12, last_page=12)))
    assert (first.edge, first.suspect, first.losses, first.problem) == ("f", True, 0, problem)
    second = decide(outcome, a_situation(a_job(first_page=12, last_page=12, suspect=True, losses=1)))
    assert (second.edge, second.losses, second.problem) == ("g", 2, problem)


# ------------------------------------------------------------------------------------------------------------- failures


@given(situations(), failures())
def test_a_documents_own_error_is_never_tried_again(at: Situation, failure: Failed) -> None:
    transition = decide(replace(failure, fault=Fault.DOCUMENT), at)
    assert transition.state in (JobState.DEAD, JobState.SPLIT)


def failures_until_dead(fault: Fault) -> int:
    job, count = a_job(), 0
    while job.state is not JobState.DEAD:
        transition = decide(a_failure(fault), a_situation(job))
        count += 1
        job = replace(job, state=transition.state, failures=transition.failures, attempt=job.attempt + 1)
    assert job.failures == count
    return count


def test_a_transient_error_is_survived_eight_times_and_a_defect_gets_two_tries() -> None:
    assert failures_until_dead(Fault.TRANSIENT) == 9
    assert failures_until_dead(Fault.DEFECT) == 2
    assert failures_until_dead(Fault.DOCUMENT) == 1


@given(st.floats(0, 1, exclude_max=True), st.none() | st.floats(0, 86_400))
def test_a_failed_job_waits_in_the_retry_lane_at_least_as_long_as_it_was_asked_to(jitter, retry_after) -> None:
    transition = decide(a_failure(Fault.TRANSIENT, retry_after=retry_after), a_situation(jitter=jitter))
    assert (transition.edge, transition.band, transition.failures) == ("d", Band.RETRY, 1)
    assert transition.run_at is not None
    assert NOW + (retry_after or 0.0) <= transition.run_at <= NOW + max(1.0, retry_after or 0.0)


# --------------------------------------------------------------------------------------------------------- ends of tasks


@given(st.sampled_from(JobKind), st.sampled_from(ErrorHandling))
def test_a_dead_job_ends_its_task_unless_it_is_a_range_that_may_be_left_out(
    kind: JobKind, handling: ErrorHandling
) -> None:
    transition = decide(a_failure(Fault.DOCUMENT), a_situation(a_job(kind), error_handling=handling))
    left_out = kind is JobKind.PAGES and handling is ErrorHandling.CONTINUE
    assert transition.cancel_rest == (not left_out)
    if left_out:
        assert (transition.task, transition.when_last is not None) == (None, True)
    else:
        assert transition.task is not None
        assert (transition.task.state, transition.task.problem) == (TaskState.FAILED, transition.problem)


def test_a_dead_job_about_one_page_names_it() -> None:
    transition = decide(a_failure(Fault.DOCUMENT), a_situation(a_job(first_page=12, last_page=12)))
    assert transition.problem is not None
    assert transition.problem.page == 12


@pytest.mark.parametrize(("failed_pages", "partial"), [(0, False), (1, True), (9, True)])
def test_a_document_with_missing_pages_is_a_partial_success(failed_pages: int, partial: bool) -> None:
    outcome = DocumentReady(result_key="key/", page_count=10, failed_pages=failed_pages)
    transition = decide(outcome, a_situation(a_job(JobKind.ASSEMBLE), error_handling=ErrorHandling.CONTINUE))
    assert transition.task is not None
    assert (transition.task.state, transition.task.partial) == (TaskState.SUCCEEDED, partial)
    assert transition.task.result_key == "key/"


def test_a_document_without_a_single_page_is_no_success() -> None:
    outcome = DocumentReady(result_key="key/", page_count=10, failed_pages=10)
    transition = decide(outcome, a_situation(a_job(JobKind.ASSEMBLE), error_handling=ErrorHandling.CONTINUE))
    assert transition.task is not None
    assert transition.task.problem is not None
    assert (transition.task.state, transition.task.problem.code) == (TaskState.FAILED, "unreadable")
    assert transition.garbage


def test_an_empty_document_is_a_success() -> None:
    transition = decide(DocumentReady(result_key="key/", page_count=0), a_situation(a_job(JobKind.PLAN)))
    assert transition.task is not None
    assert transition.task.state is TaskState.SUCCEEDED


def test_a_range_that_has_its_models_cannot_put_pages_off_for_ever() -> None:
    outcome = PagesRead(result_key="key/", page_count=20, read_to=19, pages_read=5, deferred=(12,))
    first = decide(outcome, a_situation(a_job(pool=Pool.MODEL)))
    assert (first.state, first.follow_ups) == (JobState.DELAYED, ())
    assert decide(outcome, a_situation(a_job(pool=Pool.MODEL, failures=1))).state is JobState.DEAD
