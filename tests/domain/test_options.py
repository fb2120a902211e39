"""Options: strict about names and values, exact about pages, silent about passwords; hashes change with what they stand for."""

from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pagemill.domain.document import SegmentType
from pagemill.domain.errors import InvalidOptions
from pagemill.domain.options import (
    ChunkOptions,
    ErrorHandling,
    Format,
    Mode,
    OcrMode,
    Options,
    Priority,
    SegmentOptions,
    page_selection,
    parse_options,
    reading_hash,
    result_hash,
    selected_pages,
    without_password,
)

SECRET = "Tr0ub4dor"
HASH = "ab" * 32


# -------------------------------------------------------------------------------------------------------- names and values


def test_nothing_given_means_the_defaults() -> None:
    assert parse_options({}) == Options()


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"colour": "red"}, "colour"),
        ({"chunks": {"size": 3}}, "size"),
        ({"segments": {"Table": {"form": "html"}}}, "form"),
        ({"segments": {"Tabel": {}}}, "Tabel"),
        ({"mode": "turbo"}, "turbo"),
        ({"priority": "urgent"}, "$.priority"),
        ({"chunks": {"target": -1}}, "$.chunks.target"),
        ({"deadline_seconds": 0}, "$.deadline_seconds"),
        ({"expires_in": 10**400}, "$.expires_in"),
        ({"languages": "de"}, "$.languages"),
        ({"page_images": "yes"}, "$.page_images"),
        ({"pages": "1-5,x"}, "'x'"),
        ({"mode": "fast", "ocr": "always"}, "fast"),
        ({"chunks": {"target": 10, "overlap": 10}}, "chunks.overlap"),
    ],
)
def test_what_cannot_be_used_is_an_error_that_names_it(given: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidOptions) as refused:
        parse_options(given)
    assert named in refused.value.message
    assert refused.value.code == "invalid_options"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*Options.__struct_fields__, "other"]), JSON, max_size=4))
def test_whatever_is_given_becomes_options_or_an_error_of_the_user(given: dict[str, Any]) -> None:
    try:
        options = parse_options(given)
    except InvalidOptions:
        return
    assert parse_options(msgspec.to_builtins(options)) == options


# ---------------------------------------------------------------------------------------------------------------- pages

RANGES = st.lists(st.tuples(st.integers(1, 300), st.integers(0, 40)), min_size=1, max_size=12)


def written(ranges: list[tuple[int, int]]) -> str:
    return " , ".join(f"{first}-{first + more}" if more else str(first) for first, more in ranges)


@given(RANGES, st.integers(0, 400))
def test_selected_pages_are_the_named_ones_that_exist_rising_and_once(ranges, page_count: int) -> None:
    named = {page for first, more in ranges for page in range(first, first + more + 1)}
    assert list(selected_pages(written(ranges), page_count)) == sorted(page for page in named if page <= page_count)


@given(RANGES)
def test_a_selection_is_merged_and_says_the_same_whatever_its_order(ranges) -> None:
    merged = page_selection(written(ranges))
    assert merged == page_selection(written(ranges[::-1]))
    assert all(before[1] + 1 < after[0] for before, after in pairwise(merged))


@given(st.integers(0, 3_000))
def test_no_selection_means_every_page(page_count: int) -> None:
    assert selected_pages("", page_count) == selected_pages("  ", page_count) == tuple(range(1, page_count + 1))


@pytest.mark.parametrize(
    "pages", ["0", "5-3", "-3", "3-", "1,,2", "a", "1.5", "1-2-3", "²", "9" * 5_000, "1-" + "9" * 10, ","]
)
def test_what_is_no_page_or_rising_range_is_refused(pages: str) -> None:
    with pytest.raises(InvalidOptions):
        page_selection(pages)


# -------------------------------------------------------------------------------------------------------------- password


def test_a_password_is_taken_but_never_shown_or_stored() -> None:
    options = parse_options({"password": SECRET})
    assert options.password == SECRET
    assert SECRET not in repr(options)
    assert SECRET not in f"{options} {options!s} {[options]}"
    assert SECRET not in str(options.__rich_repr__())
    stored = without_password(options)
    assert stored == Options()
    assert SECRET.encode() not in msgspec.json.encode(stored)


def test_an_error_about_a_password_does_not_repeat_it() -> None:
    with pytest.raises(InvalidOptions) as refused:
        parse_options({"password": [SECRET]})
    assert SECRET not in str(refused.value)


def test_a_repr_says_whether_there_is_a_password_and_all_else_that_was_chosen() -> None:
    assert repr(Options(pages="1-3", password=SECRET)) == "Options(pages='1-3', password='***')"
    assert repr(Options()) == "Options()"


# ---------------------------------------------------------------------------------------------------------------- hashes

READING: dict[str, Any] = {
    "mode": Mode.FAST,
    "ocr": OcrMode.NEVER,
    "languages": ("de",),
    "pages": "1-5",
    "page_images": True,
}
RESULT: dict[str, Any] = {
    "chunks": ChunkOptions(overlap=5),
    "segments": {SegmentType.TABLE: SegmentOptions(format=Format.HTML)},
}
NEITHER: dict[str, Any] = {
    "password": SECRET,
    "error_handling": ErrorHandling.CONTINUE,
    "priority": Priority.HIGH,
    "deadline_seconds": 60,
    "expires_in": 60,
}


def test_every_option_is_known_to_change_the_pages_the_result_or_nothing() -> None:
    one_engine_only = {"ocr_engine"}
    assert {*READING, *RESULT, *NEITHER} | one_engine_only == set(Options.__struct_fields__)


@pytest.mark.parametrize("name", [*READING, *RESULT, *NEITHER])
def test_hashes_change_exactly_with_what_they_stand_for(name: str) -> None:
    other = replace(Options(), **{name: (READING | RESULT | NEITHER)[name]})
    assert (reading_hash(other, HASH) != reading_hash(Options(), HASH)) == (name in READING)
    assert (result_hash(other, HASH) != result_hash(Options(), HASH)) == (name in READING or name in RESULT)


def test_hashes_change_with_the_file_and_do_not_depend_on_the_order_of_segments() -> None:
    assert reading_hash(Options(), HASH) != reading_hash(Options(), "cd" * 32)
    table, title = (SegmentType.TABLE, SegmentOptions(format=Format.HTML)), (SegmentType.TITLE, SegmentOptions())
    one, other = Options(segments=dict([table, title])), Options(segments=dict([title, table]))
    assert result_hash(one, HASH) == result_hash(other, HASH)
