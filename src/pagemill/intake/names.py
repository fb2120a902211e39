"""Names and ids of what comes in."""

import os
import re
import unicodedata

LONGEST_NAME = 200
UNNAMED = "file"

_SEPARATORS = re.compile(r"[/\\]")


def display_name(given: str) -> str:
    """A file's name as it may be shown and stored: no folders, no control or unprintable characters, at most 200 long.

    The suffix survives shortening. What is empty afterwards is called `file`.
    """
    name = _SEPARATORS.split(given.encode("utf-8", "replace").decode("utf-8"))[-1]
    kept = "".join(map(_shown, unicodedata.normalize("NFC", name))).strip(" \N{REPLACEMENT CHARACTER}")
    if kept.strip(".") == "":
        return UNNAMED
    return kept if len(kept) <= LONGEST_NAME else _shortened(kept)


def _shown(sign: str) -> str:
    """The sign itself, a plain space for any kind of space, nothing for what is invisible.

    Categories C*: control and format characters (which can reverse how a name reads), surrogates, unassigned ones.
    """
    category = unicodedata.category(sign)[0]
    return " " if category == "Z" else "" if category == "C" else sign


def _shortened(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix) > 20:
        return name[:LONGEST_NAME].rstrip()
    return stem[: LONGEST_NAME - len(suffix) - 1] + dot + suffix


def first_task_id(seconds: float) -> str:
    """The lowest id of a task that was created at this time (epoch seconds), to the millisecond."""
    # Rounded first: a moment that was read from text may lie a hair below its millisecond.
    milliseconds = min(max(0, int(round(seconds * 1000, 3))), (1 << 48) - 1)
    return f"task_{milliseconds << 80:032x}"


def new_id(prefix: str, now_seconds: float) -> str:
    """An id that nobody has yet: `prefix` and a UUIDv7."""
    return prefix + uuid7(now_seconds, os.urandom(10))


def uuid7(now_seconds: float, random_bytes: bytes) -> str:
    """A UUIDv7 (RFC 9562) in hexadecimal: sorts by `now_seconds`, to the millisecond. Needs 10 random bytes."""
    milliseconds = int(now_seconds * 1000) & ((1 << 48) - 1)
    tail = int.from_bytes(random_bytes[:10], "big")
    high, low = tail >> 68, tail & ((1 << 62) - 1)
    return f"{(milliseconds << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low:032x}"
