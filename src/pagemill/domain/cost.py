"""Predicted seconds of a job: a prior by kind and format, and each node's own moving average."""

from math import isfinite, isnan

import msgspec

from pagemill.domain import formats
from pagemill.domain.task import Pool

SMALLEST_SECONDS = 0.05
SMALLEST_PAGE_SECONDS = 0.0001
LARGEST_SECONDS = 600.0
LARGEST_PLAN_GUESS_SECONDS = 5.0
ASSEMBLE_PAGE_SECONDS = 0.002
LEARNING_RATE = 0.2

_SECONDS_PER_MEGABYTE = {formats.PDF: 0.5, formats.HTML: 1.0, formats.MARKDOWN: 1.0, formats.PLAIN_TEXT: 0.5}


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds that one page takes in each pool, on the node that learnt it. The defaults are priors, measured on one core."""

    text_page_seconds: float = 0.01
    model_page_seconds: float = 1.3

    def page_seconds(self, pool: Pool) -> float:
        """Seconds a page takes in this pool."""
        return self.text_page_seconds if pool is Pool.TEXT else self.model_page_seconds

    def learnt(self, pool: Pool, pages: int, seconds: float) -> "Pace":
        """This pace after a job of `pages` pages took `seconds`: an exponential moving average with weight 0.2.

        A page counts as between 0.0001 and 600 s; a measurement that cannot be one teaches nothing.
        """
        if pages < 1 or not isfinite(seconds) or seconds < 0:
            return self
        measured = min(max(seconds / pages, SMALLEST_PAGE_SECONDS), LARGEST_SECONDS)
        blended = (1 - LEARNING_RATE) * self.page_seconds(pool) + LEARNING_RATE * measured
        if pool is Pool.TEXT:
            return msgspec.structs.replace(self, text_page_seconds=blended)
        return msgspec.structs.replace(self, model_page_seconds=blended)


def clamped(seconds: float) -> float:
    """A prediction that can be trusted not to break a queue: between 0.05 and 600 s, and 0.05 for what is not a number."""
    return min(max(seconds, SMALLEST_SECONDS), LARGEST_SECONDS) if not isnan(seconds) else SMALLEST_SECONDS


def plan_seconds(media_type: str, input_bytes: int, pace: Pace) -> float:
    """A guess at a plan's work from the file's size, at most 5 s: a large file must not be punished before it is opened."""
    if media_type in formats.IMAGE_TYPES:
        return clamped(pace.model_page_seconds)
    guess = _SECONDS_PER_MEGABYTE.get(media_type, 1.0) * input_bytes / 1_000_000
    return min(clamped(guess), LARGEST_PLAN_GUESS_SECONDS)


def pages_seconds(pool: Pool, pages: int, pace: Pace) -> float:
    """Predicted work of a range of `pages` pages."""
    return clamped(pages * pace.page_seconds(pool))


def assemble_seconds(page_count: int) -> float:
    """Predicted work of putting `page_count` pages together."""
    return clamped(page_count * ASSEMBLE_PAGE_SECONDS)
