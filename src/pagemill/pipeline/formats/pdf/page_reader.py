"""What reads the text layer of PDF pages: the seam where a better reader can take liteparse's place."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from pagemill.domain.document import PageContent
from pagemill.pipeline.formats.pdf.coverage import Coverage


class ReadPage(msgspec.Struct, frozen=True):
    """A page as a reader found it, and what covers it; `oversized` if its fonts claim to be far taller than they are."""

    content: PageContent
    coverage: Coverage
    oversized: bool = False


class UnreadablePages(Exception):
    """The reader cannot make anything of these pages; another one may."""


class PageReader(Protocol):
    """Reads some pages of a PDF that is known to open."""

    def pages(self, path: str, password: str, numbers: Sequence[int]) -> list[ReadPage]:
        """The pages of these numbers (from 1, rising), without those that this reader must leave out.

        Raises `UnreadablePages`.
        """
        ...
