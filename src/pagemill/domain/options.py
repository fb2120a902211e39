"""What a user may ask for: one schema for HTTP, the command line and Python. Unknown names are an error."""

import hashlib
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any

import msgspec

from pagemill.domain.document import SegmentType
from pagemill.domain.errors import InvalidOptions

DAY_SECONDS = 86_400
MOST_SECONDS_KEPT = 100 * 365 * DAY_SECONDS
HIDDEN = "***"
"""What stands for a password wherever options are shown."""

MOST_DIGITS = 9
"""Of a page number; int() raises something else for thousands of them."""

PIPELINE_VERSION = 1
"""Raised when the same bytes and options no longer give the same pages, so that no old job is carried over."""


class Mode(StrEnum):
    """`auto` runs models where they help; `fast` runs none, and reads only what the file itself says."""

    FAST = "fast"
    AUTO = "auto"


class OcrMode(StrEnum):
    """`auto` decides page by page, `always` recognises every page, `never` none."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class OcrEngine(StrEnum):
    """Which recogniser reads images of text."""

    DEFAULT = "default"


class ErrorHandling(StrEnum):
    """Whether a page that cannot be read fails the task, or is named and left out."""

    FAIL = "fail"
    CONTINUE = "continue"


class Priority(StrEnum):
    """A share of the service, not an order: high, normal and low work at 8:4:1."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class ChunkUnit(StrEnum):
    """What a chunk's length counts."""

    TOKENS = "tokens"
    WORDS = "words"
    CHARACTERS = "characters"


class Format(StrEnum):
    """How a segment's content is written into chunks."""

    MARKDOWN = "markdown"
    HTML = "html"


class ChunkOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the text is cut for retrieval. `target` 0 gives each segment a chunk of its own."""

    target: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 512
    unit: ChunkUnit = ChunkUnit.TOKENS
    overlap: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0


class SegmentOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How one type of segment is written."""

    format: Format = Format.MARKDOWN


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, repr_omit_defaults=True):
    """Everything a task's user may choose; each name has a default.

    `pages` is a list of pages and ranges, counted from 1 (`"1-5,9"`); empty means all. `languages` are hints (BCP 47) for
    recognisers that need one; the default one reads all its scripts without. `deadline_seconds` counts from submission,
    `expires_in` (seconds) from the task's end. `password` opens an encrypted file and is never shown again.
    """

    mode: Mode = Mode.AUTO
    ocr: OcrMode = OcrMode.AUTO
    ocr_engine: OcrEngine = OcrEngine.DEFAULT
    languages: tuple[str, ...] = ()
    pages: str = ""
    password: str = ""
    page_images: bool = False
    error_handling: ErrorHandling = ErrorHandling.FAIL
    chunks: ChunkOptions = ChunkOptions()
    priority: Priority = Priority.NORMAL
    deadline_seconds: Annotated[int, msgspec.Meta(ge=1, le=365 * DAY_SECONDS)] = 7 * DAY_SECONDS
    expires_in: Annotated[int, msgspec.Meta(ge=1, le=MOST_SECONDS_KEPT)] | None = None
    segments: dict[SegmentType, SegmentOptions] = msgspec.field(default_factory=dict)

    def __repr__(self) -> str:
        """Without the password: reprs end up in logs and tracebacks."""
        hidden = msgspec.structs.replace(self, password=HIDDEN) if self.password else self
        return msgspec.Struct.__repr__(hidden)

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """The same for rich, which prints the variables of a traceback with it."""
        values = msgspec.structs.asdict(self)
        return [(name, HIDDEN if name == "password" and value else value) for name, value in values.items()]


def parse_options(given: dict[str, Any]) -> Options:
    """The options that these JSON values ask for.

    Raises `InvalidOptions`, naming the value that is wrong and what would be right.
    """
    try:
        options = msgspec.convert(given, Options)
    except msgspec.ValidationError as problem:
        raise InvalidOptions(f"The options are not valid: {problem}") from None
    page_selection(options.pages)
    if options.mode is Mode.FAST and options.ocr is OcrMode.ALWAYS:
        raise InvalidOptions('mode "fast" runs no model, and ocr "always" needs one', hint='Use mode "auto".')
    if options.chunks.target and options.chunks.overlap >= options.chunks.target:
        raise InvalidOptions("chunks.overlap must be smaller than chunks.target")
    return options


def page_selection(pages: str) -> tuple[tuple[int, int], ...]:
    """The ranges that `"1-5,9"` names, sorted and merged; empty means every page. Raises `InvalidOptions`."""
    ranges = sorted(_page_range(part.strip()) for part in pages.split(",")) if pages.strip() else []
    merged: list[tuple[int, int]] = []
    for first, last in ranges:
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


@lru_cache(maxsize=16)  # every range of a document asks for the pages of the whole
def selected_pages(pages: str, page_count: int) -> tuple[int, ...]:
    """The page numbers to read, rising; every page if `pages` is empty. Numbers beyond the end are left out."""
    ranges = page_selection(pages) or ((1, page_count),)
    return tuple(number for first, last in ranges for number in range(first, min(last, page_count) + 1))


def _page_range(part: str) -> tuple[int, int]:
    first, dash, last = part.partition("-")
    numbers = (first, last) if dash else (first,)
    if not all(number.isdecimal() and len(number) <= MOST_DIGITS for number in numbers):
        raise InvalidOptions(f"pages: {part[:40]!r} is neither a page nor a range", hint='Write it like "1-5,9".')
    low, high = int(first), int(last) if dash else int(first)
    if not 1 <= low <= high:
        raise InvalidOptions(f"pages: {part!r} is not a rising range that starts at 1 or later")
    return low, high


def without_password(options: Options) -> Options:
    """The options as they may be stored and shown."""
    return msgspec.structs.replace(options, password="")


def reading_hash(options: Options, input_sha256: str) -> str:
    """Equal for two runs whose pages read the same: the file and the options that change what is read."""
    read = (options.mode, options.ocr, options.ocr_engine, options.languages, options.pages, options.page_images)
    return _digest((input_sha256, PIPELINE_VERSION, *read))


def result_hash(options: Options, input_sha256: str) -> str:
    """Equal for two runs whose whole results are the same: reading, chunking and formats."""
    return _digest((reading_hash(options, input_sha256), options.chunks, options.segments))


def _digest(values: object) -> str:
    return hashlib.sha256(msgspec.json.encode(values, order="deterministic")).hexdigest()[:32]
