"""Flows share the time by weight, nobody starves, and nobody saves up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pagemill.domain.fairness import BAND_WEIGHTS, Backlog, Fairness, Wish, taking_back, wishes
from pagemill.domain.task import Band, Flow

TENANTS = ("a", "b", "c", "d", "e")
COSTS = st.floats(0.05, 600)
WEIGHTS = st.dictionaries(st.sampled_from(TENANTS), st.floats(0.1, 10))
FLOWS = st.builds(Flow, st.sampled_from(TENANTS), st.sampled_from(Band))


def normal(tenant: str) -> Flow:
    return Flow(tenant, Band.NORMAL)


def served(flows: set[Flow], costs: list[float], weights: dict[str, float], start: Fairness | None = None):
    """What each flow gets when all of them always have work: one job after another, of these costs."""
    fairness, got = start or Fairness(), dict.fromkeys(flows, 0.0)
    for cost in costs:
        flow = fairness.next_flow(flows)
        got[flow] += cost
        fairness = fairness.charged(flow, cost, weights)
    return got


# --------------------------------------------------------------------------------------------------------------- shares


@given(st.sets(st.sampled_from(TENANTS), min_size=2), st.lists(COSTS, min_size=1, max_size=80), WEIGHTS)
def test_backlogged_tenants_get_their_weights_share_within_a_job_each(tenants, costs, weights) -> None:
    got = served({normal(tenant) for tenant in tenants}, costs, weights)
    shares = {tenant: got[normal(tenant)] / weights.get(tenant, 1.0) for tenant in tenants}
    most = {tenant: max(costs) / weights.get(tenant, 1.0) for tenant in tenants}
    for one in tenants:
        for other in tenants - {one}:
            assert shares[one] - shares[other] <= most[one] + most[other] + 1e-6


@given(st.sets(st.sampled_from(Band), min_size=2), st.lists(COSTS, min_size=1, max_size=80))
def test_bands_of_a_tenant_get_their_weights_share_within_a_job_each(bands, costs) -> None:
    got = served({Flow("a", band) for band in bands}, costs, {})
    for one in bands:
        for other in bands - {one}:
            ahead = got[Flow("a", one)] / BAND_WEIGHTS[one] - got[Flow("a", other)] / BAND_WEIGHTS[other]
            assert ahead <= max(costs) / BAND_WEIGHTS[one] + max(costs) / BAND_WEIGHTS[other] + 1e-6


def test_bands_share_eight_four_one_one_and_tenants_three_to_one() -> None:
    flows = {Flow(tenant, band) for tenant in "ab" for band in Band}
    got = served(flows, [1.0] * 5_600, {"a": 3.0})
    total = {tenant: sum(got[Flow(tenant, band)] for band in Band) for tenant in "ab"}
    assert total["a"] / total["b"] == pytest.approx(3.0, rel=0.01)
    shares = [got[Flow("a", band)] / total["a"] * 14 for band in (Band.HIGH, Band.NORMAL, Band.LOW, Band.RETRY)]
    assert shares == pytest.approx([8, 4, 1, 1], rel=0.05)


def test_a_tenant_gains_nothing_by_using_more_bands() -> None:
    flows = {normal("modest"), *(Flow("greedy", band) for band in Band)}
    got = served(flows, [1.0] * 1_000, {})
    assert got[normal("modest")] == pytest.approx(500, abs=1)


# ----------------------------------------------------------------------------------------------------------- starvation


@given(st.lists(st.tuples(FLOWS, COSTS), max_size=60), WEIGHTS)
def test_a_newcomer_waits_for_each_other_tenant_once_at_most(history: list[tuple[Flow, float]], weights) -> None:
    fairness = Fairness()
    for flow, cost in history:
        fairness = fairness.charged(flow, cost, weights)
    waiting = {normal(tenant) for tenant in TENANTS} | {normal("newcomer")}
    turns: list[str] = []
    while "newcomer" not in turns:
        flow = fairness.next_flow(waiting)
        turns.append(flow.tenant)
        fairness = fairness.charged(flow, 600.0, weights)
    assert len(turns) == len(set(turns))


@given(st.sets(FLOWS, min_size=1), st.lists(COSTS, min_size=400, max_size=400))
@settings(max_examples=30)
def test_no_flow_starves(flows: set[Flow], costs: list[float]) -> None:
    even = [min(cost, 2.0) for cost in costs]
    assert all(share > 0 for share in served(flows, even, {}).values())


@given(st.integers(1, 300), COSTS)
def test_an_idle_flow_saves_nothing_up(turns: int, cost: float) -> None:
    fairness = Fairness()
    for _ in range(turns):
        fairness = fairness.charged(normal("busy"), cost, {})
    got = served({normal("busy"), normal("idle")}, [cost] * 20, {}, fairness)
    assert got[normal("idle")] / cost == pytest.approx(10, abs=1)


@given(st.sets(FLOWS, min_size=1), st.lists(COSTS, max_size=60), WEIGHTS)
def test_forgetting_idle_flows_changes_no_decision_about_those_that_wait(waiting: set[Flow], costs, weights) -> None:
    keeping = forgetting = Fairness()
    for cost in costs:
        flow = keeping.next_flow(waiting)
        assert forgetting.next_flow(waiting) == flow
        keeping = keeping.charged(flow, cost, weights)
        forgetting = forgetting.charged(flow, cost, weights).forgetting_idle()


@given(st.lists(st.tuples(st.sets(FLOWS, min_size=1), COSTS), max_size=60), WEIGHTS)
def test_forgetting_changes_no_decision_between_tenants_however_they_come_and_go(script, weights) -> None:
    keeping = forgetting = Fairness()
    for waiting, cost in script:
        kept, forgot = keeping.next_flow(waiting), forgetting.next_flow(waiting)
        assert kept.tenant == forgot.tenant
        keeping = keeping.charged(kept, cost, weights)
        forgetting = forgetting.charged(forgot, cost, weights).forgetting_idle()


def test_what_is_remembered_does_not_grow_with_every_tenant_that_ever_came() -> None:
    fairness = Fairness()
    for number in range(1_000):
        fairness = fairness.charged(normal(f"tenant {number}"), 1.0, {}).forgetting_idle()
        fairness = fairness.charged(normal("regular"), 1.0, {}).forgetting_idle()
    assert len(fairness.tenants) + len(fairness.bands) + len(fairness.band_now) < 10


# -------------------------------------------------------------------------------------------------------------- batches


@given(st.lists(FLOWS, max_size=40), st.randoms(use_true_random=False), WEIGHTS)
def test_the_order_in_which_a_batch_arrives_changes_nothing(flows: list[Flow], random, weights) -> None:
    batch = [(flow, 2.0) for flow in flows]
    shuffled = random.sample(batch, len(batch))
    assert Fairness().charged_for(batch, weights) == Fairness().charged_for(shuffled, weights)


@pytest.mark.parametrize("most_jobs", [1, 2, 8, 31])
def test_turns_of_many_jobs_are_as_fair_as_one_by_one(most_jobs: int) -> None:
    fairness, got = Fairness(), {"a": 0, "b": 0}
    backlog = [Backlog(normal(tenant), 10_000, 1.0) for tenant in "ab"]
    for _ in range(100):
        for wish in wishes(fairness, backlog, 1e9, most_jobs, {"a": 3.0}):
            got[wish.flow.tenant] += wish.jobs
        claims = [
            (wish.flow, 1.0) for wish in wishes(fairness, backlog, 1e9, most_jobs, {"a": 3.0}) for _ in range(wish.jobs)
        ]
        fairness = fairness.charged_for(claims, {"a": 3.0}).forgetting_idle()
    assert got["a"] / (got["a"] + got["b"]) == pytest.approx(0.75, abs=0.02)


@st.composite
def backlogs(draw: st.DrawFn) -> list[Backlog]:
    flows = draw(st.lists(FLOWS, unique=True))
    return [Backlog(flow, draw(st.integers(0, 40)), draw(COSTS)) for flow in flows]


@given(backlogs(), st.floats(-10, 1_000), st.integers(0, 60), WEIGHTS)
def test_wishes_never_exceed_what_there_is_or_what_was_asked_for(backlog, demand_seconds, most_jobs, weights) -> None:
    wished = wishes(Fairness(), backlog, demand_seconds, most_jobs, weights)
    there = {entry.flow: entry for entry in backlog}
    assert sum(wish.jobs for wish in wished) <= most_jobs
    assert all(0 < wish.jobs <= there[wish.flow].jobs for wish in wished)
    assert len({wish.flow for wish in wished}) == len(wished)
    seconds = sum(wish.jobs * there[wish.flow].job_seconds for wish in wished)
    longest = max((entry.job_seconds for entry in backlog), default=0.0)
    assert seconds <= max(0.0, demand_seconds) + longest + 1e-6


@given(backlogs(), st.floats(0.01, 1_000), st.integers(1, 60))
def test_wishes_leave_no_room_empty_while_something_waits(backlog, demand_seconds: float, most_jobs: int) -> None:
    wished = {wish.flow: wish.jobs for wish in wishes(Fairness(), backlog, demand_seconds, most_jobs, {})}
    costs = {entry.flow: entry.job_seconds for entry in backlog}
    everything = sum(entry.jobs for entry in backlog)
    filled = sum(jobs * costs[flow] for flow, jobs in wished.items()) >= demand_seconds - 1e-6
    assert filled or sum(wished.values()) == min(most_jobs, everything)


def test_room_for_a_second_is_room_for_a_job() -> None:
    assert wishes(Fairness(), [Backlog(normal("a"), 5, 30.0)], 1.0, 10, {}) == (Wish(normal("a"), 1),)


def test_what_was_lost_is_wished_for_beside_what_is_wished_for_anyway() -> None:
    wished = (Wish(normal("a"), 2),)
    assert taking_back(wished, [normal("a"), normal("b"), normal("b")]) == (Wish(normal("a"), 3), Wish(normal("b"), 2))
    assert taking_back(wished, []) == wished
