"""The value that every check returns."""

from enum import StrEnum

import msgspec


class State(StrEnum):
    """`missing` is something optional that is not there; `problem` keeps Pagemill from working as it should."""

    OK = "ok"
    MISSING = "missing"
    PROBLEM = "problem"


class Check(msgspec.Struct, frozen=True):
    """What was looked at, how it is, what was seen, and, unless all is well, what to do."""

    name: str
    state: State
    detail: str
    advice: str = ""


def ok(name: str, detail: str) -> Check:
    """All is well."""
    return Check(name, State.OK, detail)


def missing(name: str, detail: str, advice: str) -> Check:
    """Something optional is not there."""
    return Check(name, State.MISSING, detail, advice)


def problem(name: str, detail: str, advice: str) -> Check:
    """Something has to be done."""
    return Check(name, State.PROBLEM, detail, advice)
