"""Names for show, ids that sort by time."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from pagemill.intake.names import LONGEST_NAME, UNNAMED, display_name, first_task_id, new_id, uuid7


@given(st.text(max_size=400))
def test_a_name_for_show_has_nothing_harmful_in_it(given_name: str):
    name = display_name(given_name)
    assert 0 < len(name) <= LONGEST_NAME
    assert name.isprintable()
    assert not set(name) & {"/", "\\", "\x00", "\N{RIGHT-TO-LEFT OVERRIDE}"}
    assert name.strip(".") != ""
    assert display_name(name) == name


def test_a_long_name_keeps_its_suffix():
    assert display_name("x" * 500 + ".pdf").endswith("x.pdf")
    assert display_name("/folder/") == UNNAMED


@given(st.floats(0, 4e9), st.binary(min_size=10, max_size=10))
def test_an_id_is_a_uuid_of_version_7(now: float, random_bytes: bytes):
    as_uuid = uuid.UUID(uuid7(now, random_bytes))
    assert (as_uuid.version, as_uuid.variant) == (7, uuid.RFC_4122)
    assert as_uuid.int >> 80 == int(now * 1000)


@given(st.integers(0, 4 * 10**12), st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_ids_sort_by_the_millisecond_they_were_made_in(milliseconds: int, one: bytes, other: bytes):
    assert uuid7(milliseconds / 1000, one) < uuid7((milliseconds + 2) / 1000, other)


def test_randomness_is_kept():
    made = {uuid7(1.0, number.to_bytes(10, "big")) for number in range(1000)}
    assert len(made) == 1000


def test_an_id_says_what_it_is_of_and_is_new_every_time():
    made = {new_id("file_", 1.0) for _ in range(100)}
    assert len(made) == 100
    assert all(name.startswith("file_0000000003e87") for name in made)


@given(st.integers(0, 2**41), st.binary(min_size=10, max_size=10))
def test_the_first_id_of_a_moment_is_not_above_any_id_of_its_millisecond_and_above_all_before(milliseconds, chance):
    first = first_task_id(milliseconds / 1000)
    assert first <= f"task_{uuid7((milliseconds + 0.5) / 1000, chance)}"
    assert first > f"task_{uuid7((milliseconds - 0.5) / 1000, chance)}" or milliseconds == 0
