"""Which pages need recognition: a pure decision from what covers the page."""

import re

import msgspec

from pagemill.domain.options import Mode, OcrMode, Options

_GARBLED_SHARE = 0.3
_FEW_CHARACTERS = 20
_SPARSE_CHARACTERS = 300
_SMALL_SHARE = 0.05
_SPARSE_SHARE = 0.25
_LARGE_SHARE = 0.35
_LEAST_TEXT = 500  # characters
_LATIN_SHARE = 0.6
_PUNCTUATION_SHARE = 0.004  # prose has four times as much at the least
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_PUNCTUATION = re.compile(r"[.,;:!?]")


class Coverage(msgspec.Struct, frozen=True):
    """What stands on a page, as a reader saw it. Shares are of the page's area, 0-1, except `garbled`.

    `characters` counts usable text; `garbled` is the share of the text that no font explains; `image` the largest
    picture that holds no text of the file's own, `page_image` a picture under the whole page, `drawn` the vector shapes;
    `stripped` says that a page of Latin text has next to no punctuation; `flagged` is the reader's own verdict.
    """

    characters: int
    garbled: float = 0.0
    image: float = 0.0
    page_image: bool = False
    drawn: float = 0.0
    stripped: bool = False
    flagged: bool = True


def is_stripped(text: str) -> bool:
    """Whether this is a good deal of Latin text with next to no punctuation."""
    if len(text) < _LEAST_TEXT or len(_LATIN.findall(text)) < _LATIN_SHARE * len(text):
        return False
    return len(_PUNCTUATION.findall(text)) < _PUNCTUATION_SHARE * len(text)


def needs_recognition(coverage: Coverage, options: Options) -> bool:
    """Whether a page has to be recognised from its picture.

    In `auto` that is so for garbled text, for (almost) no text on a picture or on drawn shapes, for little text beside
    a large one, and for a page with a large picture without text of its own that the reader holds to be a scan.
    """
    if options.mode is Mode.FAST or options.ocr is OcrMode.NEVER:
        return False
    if options.ocr is OcrMode.ALWAYS:
        return True
    return is_unreadable(coverage) or _is_partly_scanned(coverage)


def is_unreadable(coverage: Coverage) -> bool:
    """Whether the file's own text is missing or garbled, so that recognition takes its place.

    Garbled, too, is what an early recognition left under a scan for a search by words alone, without punctuation.
    """
    if coverage.garbled >= _GARBLED_SHARE or (coverage.stripped and coverage.page_image):
        return True
    covered = max(coverage.image, coverage.drawn)
    return coverage.characters < _FEW_CHARACTERS and (coverage.page_image or covered >= _SMALL_SHARE)


def _is_partly_scanned(coverage: Coverage) -> bool:
    covered = max(coverage.image, coverage.drawn)
    if coverage.characters < _SPARSE_CHARACTERS and covered >= _SPARSE_SHARE:
        return True
    return coverage.flagged and coverage.image >= _LARGE_SHARE
