"""Where the blocks of a file stand in the text of its printed pages: a search that goes forward with the blocks."""

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
    """A block's letters, and whether it stands apart from the text around it, as notes at a page's foot do."""

    letters: str
    apart: bool = False


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
        return self._nearby(wanted.letters) or self._elsewhere(wanted.letters)

    def _nearby(self, letters: str) -> Place | None:
        near = _NEAR if len(letters) >= _SHORT else _NEAR_SHORT
        for start in (self._here, self._there):
            found = (
                None if start is None else self._near(letters, start, start + min(near + 2 * self._passed, _MOST_NEAR))
            )
            if found:
                self._here, self._there, self._passed = found.end, None, 0
                return found
        return None

    def _elsewhere(self, letters: str) -> Place | None:
        self._passed += len(letters)
        found = self._far(letters, max(0, self._here - _FAR_BEHIND), self._here + _FAR_AHEAD)
        if found and found.start >= self._here:
            self._there = found.end
        return found

    def _near(self, letters: str, start: int, latest: int) -> Place | None:
        """The first place from `start` on that begins before `latest`, whole or with something in between."""
        found = self._printed.find(letters, start, latest + len(letters))
        if found >= 0:
            return Place(found, found + len(letters))
        if len(letters) < _ANCHOR:
            return None
        return self._torn(letters, start, latest)

    def _torn(self, letters: str, start: int, latest: int) -> Place | None:
        """By the beginning and the end of the letters alone: the page's end, a note's sign may stand between them."""
        size = min(_ANCHOR, len(letters) // 2)
        head = self._printed.find(letters[:size], start, latest + size)
        after = head + size if head >= 0 else start
        tail = self._printed.find(
            letters[-size:], after, after + len(letters) + _GAP + (0 if head >= 0 else latest - start)
        )
        if head < 0 and tail < 0:
            return None
        if head < 0:
            return Place(max(start, tail + size - len(letters)), tail + size)
        return Place(head, tail + size if tail >= 0 else min(head + len(letters), len(self._printed)))

    def _far(self, letters: str, start: int, end: int) -> Place | None:
        """The only place between `start` and `end`, for letters long enough to tell."""
        if len(letters) < _ANCHOR:
            return None
        found = self._printed.find(letters, start, end)
        if found < 0 or self._printed.find(letters, found + 1, end) >= 0:
            return None
        return Place(found, found + len(letters))
