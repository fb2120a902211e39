"""E-books: each chapter is read as HTML and is a page of its own."""

import re

import msgspec

from pagemill.domain.document import Block, BlockKind, PageContent, TextSource
from pagemill.domain.limits import Limits
from pagemill.domain.options import Options
from pagemill.pipeline.formats.archive import Archive, opened_archive
from pagemill.pipeline.formats.epub.package import Chapter, read_package
from pagemill.pipeline.formats.html.reader import blocks_of_html
from pagemill.pipeline.formats.reader import Span, TextOnlyReader, wanted_pages
from pagemill.pipeline.source import PAGE_COUNT, Progress, Reading, Source

_CLOSED_TAG = re.compile(rb"<((?:\w+:)?\w+)((?:\s[^<>]*)?)/>")
_VOID = frozenset(b"area base br col embed hr img input link meta param source track wbr".split())


class EpubReader(TextOnlyReader):
    """Reads a book; its chapters without any text, such as a cover that is only a picture, are no pages."""

    def read(
        self, source: Source, options: Options, limits: Limits, progress: Progress, span: Span, *, page_by_page: bool
    ) -> Reading:
        """The chapters asked for. All are looked into, because only those that say something are counted.

        Raises `DocumentError`: `corrupt_file`, `empty_file`, `unpacks_too_large`, `unsupported_format` for a locked book.
        """
        with opened_archive(source.path, source.file_name, limits) as archive:
            package = read_package(archive, source.file_name)
            chapters = [blocks for one in package.chapters if (blocks := _read(archive, one)).says_something]
        progress(PAGE_COUNT, len(chapters))
        pages: list[PageContent] = []
        for number in wanted_pages(source.file_name, options, limits, len(chapters)):
            if span.holds(number):
                progress("read", number if page_by_page else 0)
                pages.append(chapters[number - 1].page(number))
        return Reading(len(chapters), tuple(pages), (), package.title)


class _Read(msgspec.Struct, frozen=True):
    """A chapter as it was read."""

    name: str
    blocks: tuple[Block, ...]

    @property
    def says_something(self) -> bool:
        return any(block.text for block in self.blocks)

    def page(self, number: int) -> PageContent:
        first_heading = next((block.text for block in self.blocks if block.kind is BlockKind.HEADING), "")
        return PageContent(number, 0.0, 0.0, TextSource.NATIVE, self.blocks, name=self.name or first_heading)


def _read(archive: Archive, chapter: Chapter) -> _Read:
    blocks, title = blocks_of_html(_as_html(archive.read(chapter.part)))
    return _Read(chapter.name or title, blocks)


def _as_html(xhtml: bytes) -> bytes:
    """The chapter with an end to each element that XHTML closes in its own tag, which means nothing in HTML."""
    return _CLOSED_TAG.sub(
        lambda tag: tag.group() if tag.group(1).lower() in _VOID else b"<%b%b></%b>" % (tag[1], tag[2], tag[1]), xhtml
    )
