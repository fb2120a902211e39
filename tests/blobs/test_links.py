"""Signed links: one thing, with one blob, until they expire."""

from hypothesis import given
from hypothesis import strategies as st

from pagemill.blobs.links import allows, signature

SECRET = b"a secret of thirty-two bytes or so"
KEY = "task_1/1/2/1/document.json"


def test_a_signature_allows_what_it_was_made_for_until_it_expires():
    signed = signature(SECRET, "GET", KEY, 1_000)
    assert allows(SECRET, "get", KEY, 1_000, signed, now=999.9)
    assert not allows(SECRET, "GET", KEY, 1_000, signed, now=1_000.0)


@given(
    st.tuples(st.binary(min_size=1), st.sampled_from(["GET", "PUT"]), st.text(), st.integers(0, 2**40)),
    st.tuples(st.binary(min_size=1), st.sampled_from(["GET", "PUT"]), st.text(), st.integers(0, 2**40)),
)
def test_a_signature_for_anything_else_is_refused(one, other):
    signed = signature(*one)
    same = one == other or (one[1:] == other[1:] and one[0].rstrip(b"\0") == other[0].rstrip(b"\0"))
    assert allows(*other, signed, now=-1.0) == same


@given(st.text())
def test_a_made_up_signature_is_refused(given_signature):
    assert not allows(SECRET, "GET", KEY, 1_000, given_signature, now=0.0)
