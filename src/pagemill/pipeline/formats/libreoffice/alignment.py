"""Where the blocks of a file stand in the text of its printed pages: a search that goes forward with the blocks."""

from collections.abc import Callable

import msgspec

_ANCHOR = 24
_SHORT = 8
_NEAR_SHORT = 300
_NEAR = 3_000
_MOST_NEAR = 60_000
_FAR_BEHIND = 60_000
_FAR_AHEAD = 240_000
_GAP = 2_000


class Wanted(msgspec.Struct, frozen=True):
    """A block's letters, and whether it stands apart from the text around it, as notes at a page's foot do.

    `parts` are the letters of its cells: where the whole is not printed as it is read, they tell where it is.
    """

    letters: str
    apart: bool = False
    parts: tuple[str, ...] = ()


class Place(msgspec.Struct, frozen=True):
    """A piece of the printed text: its first letter, and the one after its last."""

    start: int
    end: int


class Alignment:
    """Places one block after the other. It looks near the place of the last one first; farther away only for a text that is
    long enough to be taken for no other, and goes on from there when a second one confirms it.
    """

    def __init__(self, printed: str) -> None:
        self._printed = printed
        self._here = 0
        self._passed = 0
        self._there: int | None = None

    def place(self, wanted: Wanted) -> Place | None:
        """Where these letters stand, None if they are not to be found."""
        if not wanted.letters:
            return None
        if wanted.apart:
            return self._far(wanted.letters, 0, len(self._printed))
        return (
            self._nearby(wanted.letters, self._whole)
            or self._by_parts(wanted)
            or self._nearby(wanted.letters, self._torn)
            or self._elsewhere(wanted.letters)
        )

    def _nearby(self, letters: str, search: Callable[[str, int, int], Place | None]) -> Place | None:
        near = _NEAR if len(letters) >= _SHORT else _NEAR_SHORT
        for start in (self._here, self._there):
            if start is not None:
                found = search(letters, start, start + min(near + 2 * self._passed, _MOST_NEAR))
                if found:
                    self._here, self._there, self._passed = found.end, None, 0
                    return found
        return None

    def _by_parts(self, wanted: Wanted) -> Place | None:
        """From the first part that is found to the last, no farther apart than if nothing were missing."""
        first = next((place for part in wanted.parts if part and (place := self._nearby(part, self._whole))), None)
        if first is None:
            return None
        for part in wanted.parts:
            found = self._printed.find(part, self._here, first.start + len(wanted.letters))
            if found >= 0:
                self._here = found + len(part)
        return Place(first.start, self._here)

    def _elsewhere(self, letters: str) -> Place | None:
        self._passed += len(letters)
        found = self._far(letters, max(0, self._here - _FAR_BEHIND), self._here + _FAR_AHEAD)
        if found and found.start >= self._here:
            self._there = found.end
        return found

    def _whole(self, letters: str, start: int, latest: int) -> Place | None:
        """The first place from `start` on that begins before `latest`."""
        found = self._printed.find(letters, start, latest + len(letters))
        return Place(found, found + len(letters)) if found >= 0 else None

    def _torn(self, letters: str, start: int, latest: int) -> Place | None:
        """By the beginning and the end of the letters alone: the page's end, a note's sign may stand between them."""
        if len(letters) < _ANCHOR:
            return None
        size = min(_ANCHOR, len(letters) // 2)
        head = self._printed.find(letters[:size], start, latest + size)
        after = head + size if head >= 0 else start
        reach = len(letters) + _GAP if head >= 0 else latest - start + size
        tail = self._printed.find(letters[-size:], after, after + reach)
        if tail >= 0:
            return Place(head if head >= 0 else tail, tail + size)
        return Place(head, head + alike(letters, self._printed[head : head + len(letters)])) if head >= 0 else None

    def _far(self, letters: str, start: int, end: int) -> Place | None:
        """The only place between `start` and `end`, for letters long enough to tell."""
        if len(letters) < _ANCHOR:
            return None
        found = self._printed.find(letters, start, end)
        if found < 0 or self._printed.find(letters, found + 1, end) >= 0:
            return None
        return Place(found, found + len(letters))


def alike(one: str, other: str) -> int:
    """How many letters both begin with."""
    return next(
        (index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
