"""Names for show, ids that sort by time."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from pagemill.intake.names import LONGEST_NAME, UNNAMED, display_name, task_id


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
    made = task_id(now, random_bytes)
    as_uuid = uuid.UUID(made.removeprefix("task_"))
    assert (as_uuid.version, as_uuid.variant) == (7, uuid.RFC_4122)
    assert as_uuid.int >> 80 == int(now * 1000)


@given(st.integers(0, 4 * 10**12), st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_ids_sort_by_the_millisecond_they_were_made_in(milliseconds: int, one: bytes, other: bytes):
    assert task_id(milliseconds / 1000, one) < task_id((milliseconds + 2) / 1000, other)


def test_randomness_is_kept():
    made = {task_id(1.0, number.to_bytes(10, "big")) for number in range(1000)}
    assert len(made) == 1000
