"""Demand: what a node asks for follows its room, its memory and what others do to its cores."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pagemill.domain.load import HORIZON_SECONDS, MEMORY_RESERVE_BYTES, Demand, NodeLoad, PoolRoom, demand

GIGABYTE = 1024**3
PLENTY = NodeLoad(memory_available_bytes=64 * GIGABYTE)


@st.composite
def rooms(draw: st.DrawFn) -> PoolRoom:
    slots = draw(st.integers(0, 64))
    free = draw(st.integers(0, slots))
    remaining = draw(st.lists(st.floats(-600, 600), max_size=slots - free))
    return PoolRoom(
        slots=slots,
        free_slots=free,
        waiting_seconds=draw(st.floats(0, 100)),
        remaining_seconds=tuple(remaining),
        slot_bytes=draw(st.integers(0, GIGABYTE)),
    )


@given(rooms(), st.floats(allow_nan=True), st.integers(0, 64 * GIGABYTE))
def test_demand_is_never_negative_nor_more_than_the_slots_hold(room: PoolRoom, foreign: float, memory: int) -> None:
    asked = demand(room, NodeLoad(memory_available_bytes=memory, foreign_cpu=foreign), most_jobs=50)
    assert 0 <= asked.seconds <= room.slots * HORIZON_SECONDS
    assert asked.jobs in (0, 50)
    assert (asked.seconds > 0) == (asked.jobs > 0) == (asked.reason == "")


@given(rooms(), st.floats(0, 1), st.floats(0, 1))
def test_demand_falls_when_others_keep_the_cores_busy(room: PoolRoom, one: float, other: float) -> None:
    calm, busy = sorted((one, other))
    asked = [demand(room, replace(PLENTY, foreign_cpu=share), most_jobs=9).seconds for share in (calm, busy)]
    assert asked[0] >= asked[1]


@given(rooms(), st.floats(0, 100))
def test_what_already_waits_inside_is_not_asked_for_again(room: PoolRoom, more: float) -> None:
    fuller = replace(room, waiting_seconds=room.waiting_seconds + more)
    assert demand(fuller, PLENTY, most_jobs=9).seconds <= demand(room, PLENTY, most_jobs=9).seconds


@given(rooms(), st.integers(0, GIGABYTE))
def test_under_memory_pressure_a_node_asks_for_nothing_and_says_so(room: PoolRoom, missing: int) -> None:
    load = NodeLoad(memory_available_bytes=MEMORY_RESERVE_BYTES + room.slot_bytes - 1 - missing)
    assert demand(room, load, most_jobs=9) == Demand(0.0, 0, "memory")


def test_a_full_node_says_that_it_is_busy() -> None:
    room = PoolRoom(slots=2, free_slots=0, waiting_seconds=0.0, remaining_seconds=(30.0, 2.0))
    assert demand(room, PLENTY, most_jobs=9) == Demand(0.0, 0, "busy")


def test_a_slot_that_will_be_free_within_the_horizon_is_filled_ahead() -> None:
    room = PoolRoom(slots=2, free_slots=1, waiting_seconds=0.5, remaining_seconds=(0.5,))
    assert demand(room, PLENTY, most_jobs=9) == Demand(HORIZON_SECONDS + 1.5 - 0.5, 9)


def test_nothing_is_asked_for_behind_a_job_that_takes_longer_than_predicted() -> None:
    overdue = PoolRoom(slots=1, free_slots=0, waiting_seconds=0.0, remaining_seconds=(-100.0,))
    assert demand(overdue, PLENTY, most_jobs=9).seconds == 0
