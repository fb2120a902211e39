"""Broken versions of whole files: the same seed and number give the same mutant, on any machine."""

from collections.abc import Callable, Iterator, Mapping
from random import Random

import msgspec

from tests.journey.made import unzipped, zipped

_TELLING = (b"\x00", b"\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff", b"-1", b"9" * 30, b"<", b">>", b"%", b"\n")
"""Bytes that readers trip over: extreme lengths and counts, and marks of structure."""


class Mutant(msgspec.Struct, frozen=True):
    """A broken file: what it is called, its bytes, and what was done to which whole file."""

    file_name: str
    content: bytes
    made: str


def mutants(whole: Mapping[str, bytes], seed: int, count: int) -> Iterator[Mutant]:
    """`count` mutants, each of one of the whole files, by turns."""
    names = sorted(whole)
    for number in range(count):
        random = Random(f"{seed}-{number}")
        name = names[number % len(names)]
        stem, _, suffix = name.rpartition(".")
        content, made = mutated(whole[name], whole[random.choice(names)], random)
        yield Mutant(f"{stem}-{number}.{suffix}", content, f"{name}: {made}")


def mutated(content: bytes, other: bytes, random: Random) -> tuple[bytes, str]:
    """One mutant of `content`, and how it was made. `other` is what splices are taken from."""
    if content.startswith(b"PK") and random.random() < 0.7:
        return _inside(content, other, random)
    change = random.choice(_CHANGES)
    return change(content, other, random), change.__name__.strip("_")


def _inside(content: bytes, other: bytes, random: Random) -> tuple[bytes, str]:
    """One part of a container is broken and the container is whole, so that its reader sees the breakage."""
    parts: dict[str, bytes | str] = dict(unzipped(content))
    name = random.choice(sorted(parts))
    change = random.choice(_CHANGES)
    part = parts[name]
    parts[name] = change(part if isinstance(part, bytes) else part.encode(), other, random)
    return zipped(parts, first="mimetype" if "mimetype" in parts else ""), f"{change.__name__.strip('_')} in {name}"


def _flip_bits(content: bytes, _: bytes, random: Random) -> bytes:
    broken = bytearray(content)
    for _count in range(random.choice((1, 1, 4, 32, 256))):
        if broken:
            broken[random.randrange(len(broken))] ^= 1 << random.randrange(8)
    return bytes(broken)


def _cut_end(content: bytes, _: bytes, random: Random) -> bytes:
    return content[: random.randrange(len(content) + 1)]


def _cut_out(content: bytes, _: bytes, random: Random) -> bytes:
    start = random.randrange(len(content) + 1)
    return content[:start] + content[start + random.choice((1, 7, 100, 5_000)) :]


def _repeat(content: bytes, _: bytes, random: Random) -> bytes:
    start = random.randrange(len(content) + 1)
    piece = content[start : start + random.choice((1, 16, 1_000))]
    return content[:start] + piece * random.choice((2, 50, 1_000)) + content[start:]


def _splice(content: bytes, other: bytes, random: Random) -> bytes:
    here, there = random.randrange(len(content) + 1), random.randrange(len(other) + 1)
    length = random.choice((8, 200, 10_000))
    return content[:here] + other[there : there + length] + content[here + length :]


def _overwrite(content: bytes, _: bytes, random: Random) -> bytes:
    start, mark = random.randrange(len(content) + 1), random.choice(_TELLING)
    return content[:start] + mark + content[start + len(mark) :]


def _overwrite_number(content: bytes, _: bytes, random: Random) -> bytes:
    """A run of digits becomes another number: sizes, offsets and counts in text formats."""
    starts = [at for at in range(len(content)) if content[at : at + 1].isdigit()]
    if not starts:
        return _overwrite(content, b"", random)
    start = random.choice(starts)
    end = start
    while content[end : end + 1].isdigit():
        end += 1
    return (
        content[:start]
        + random.choice((b"0", b"-1", b"99999999", b"4294967295", b"18446744073709551615"))
        + content[end:]
    )


_CHANGES: tuple[Callable[[bytes, bytes, Random], bytes], ...] = (
    _flip_bits,
    _cut_end,
    _cut_out,
    _repeat,
    _splice,
    _overwrite,
    _overwrite_number,
)
