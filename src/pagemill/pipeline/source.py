"""What the pipeline is given and what reading gives back."""

from collections.abc import Callable

import msgspec

from pagemill.domain.document import PageContent

Progress = Callable[[str, int], None]
"""Called when a stage or a page begins: the stage's name and the page's number, 0 for the whole document. See `PAGE_COUNT`."""

PAGE_COUNT = "pages"
"""Told as a stage, it means that the file has as many pages as the number with it says."""


class Source(msgspec.Struct, frozen=True):
    """A file on this machine: where it lies, what its user calls it, its media type, and what opens it.

    `nesting` is how many other files it lay in: 0 for one that was submitted.
    `scratch` is a folder for what readers make of the file and want to find again when they are asked for more of it; it goes
    when the work on the file ends. Without one they make such things anew each time.
    """

    path: str
    file_name: str
    media_type: str
    password: str = ""
    nesting: int = 0
    scratch: str = ""


class Reading(msgspec.Struct, frozen=True):
    """What reading (a part of) a file gave.

    `page_count` is the whole file's. `pages` are those that were read, rising; `deferred` names the ones among them, or
    beside them, that need a model. `title` is what the file itself claims, "" if nothing.
    """

    page_count: int
    pages: tuple[PageContent, ...]
    deferred: tuple[int, ...]
    title: str = ""


class Facts(msgspec.Struct, frozen=True):
    """What is known of a file as a whole when its pages are put together."""

    file_name: str
    media_type: str
    page_count: int
    title: str = ""
