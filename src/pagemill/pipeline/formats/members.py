"""Files in a file: each unpacked, recognised by its content, read by its own reader, and its pages numbered on."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import msgspec

from pagemill.domain.document import Block, BlockKind, PageContent, TextSource
from pagemill.domain.errors import DocumentError
from pagemill.domain.limits import Limits
from pagemill.domain.options import Options
from pagemill.pipeline.formats.flow import NOWHERE
from pagemill.pipeline.formats.libreoffice.legacy import convert_together
from pagemill.pipeline.formats.reader import Span
from pagemill.pipeline.formats.registry import reader_for
from pagemill.pipeline.sniffing.glance import Glance
from pagemill.pipeline.sniffing.kinds import Kind, kind_of
from pagemill.pipeline.source import PAGE_COUNT, Progress, Reading, Source

_PAGE_COUNTS: dict[bytes, int] = {}
_MOST_REMEMBERED = 1_000


class Member(msgspec.Struct, frozen=True):
    """A file in a file: its pages are number `first` and those behind it. Without pages, `problem` says why."""

    source: Source
    first: int
    page_count: int
    problem: str = ""

    @property
    def note(self) -> str:
        """Where the member is, in words."""
        name, last = self.source.file_name, self.first + self.page_count - 1
        if not self.page_count:
            return f"{name}: not read: {self.problem}"
        return f"{name}: page {last}" if self.page_count == 1 else f"{name}: pages {self.first}–{last}"

    def read(
        self, wanted: Sequence[int], options: Options, limits: Limits, progress: Progress, *, page_by_page: bool
    ) -> Reading:
        """Those of the wanted pages that are the member's. One that cannot be read says so in place of its text."""
        numbers = self._own(wanted)
        if not numbers:
            return Reading(self.page_count, (), ())
        try:
            reading = reader_for(self.source).read(
                self.source, _only(options, numbers), limits, self._told(progress), Span(), page_by_page=page_by_page
            )
        except DocumentError as problem:
            if len(numbers) == 1:
                return Reading(self.page_count, (self._lost(numbers[0], problem),), ())
            alone = (self.read([n], options, limits, progress, page_by_page=page_by_page) for n in self._outer(numbers))
            return _together(alone)
        return Reading(self.page_count, self._placed(reading.pages), tuple(self._outer(reading.deferred)))

    def recognise(
        self, wanted: Sequence[int], options: Options, limits: Limits, progress: Progress
    ) -> tuple[PageContent, ...]:
        """Those of the wanted pages that are the member's and need it, recognised."""
        numbers = self._own(wanted)
        if not numbers:
            return ()
        reader, only = reader_for(self.source), _only(options, numbers)
        try:
            return self._placed(reader.recognise(self.source, only, limits, self._told(progress), Span()))
        except DocumentError as problem:
            if len(numbers) == 1:
                return (self._lost(numbers[0], problem),)
            alone = (self.recognise([number], options, limits, progress) for number in self._outer(numbers))
            return tuple(page for pages in alone for page in pages)

    def page_images(self, pages: Sequence[int], limits: Limits) -> Iterator[tuple[int, bytes]]:
        """The pictures of those of the pages that are the member's; nothing of one that cannot be drawn."""
        for number in self._own(pages):
            try:
                for _, png in reader_for(self.source).page_images(self.source, limits, (number,)):
                    yield number + self.first - 1, png
            except DocumentError:
                continue

    def _own(self, numbers: Iterable[int]) -> list[int]:
        """The member's own numbers of those of these pages that it has."""
        return [number - self.first + 1 for number in numbers if 0 <= number - self.first < self.page_count]

    def _outer(self, numbers: Iterable[int]) -> Iterator[int]:
        return (number + self.first - 1 for number in numbers)

    def _placed(self, pages: Iterable[PageContent]) -> tuple[PageContent, ...]:
        return tuple(
            msgspec.structs.replace(page, number=page.number + self.first - 1, name=self._name(page.name))
            for page in pages
        )

    def _name(self, of_page: str) -> str:
        return f"{self.source.file_name}: {of_page}" if of_page else self.source.file_name

    def _told(self, progress: Progress) -> Progress:
        def told(stage: str, page: int) -> None:
            if stage != PAGE_COUNT:
                progress(stage, page + self.first - 1 if page else 0)

        return told

    def _lost(self, number: int, problem: DocumentError) -> PageContent:
        block = Block(BlockKind.PARAGRAPH, f"This page could not be read: {problem.message}", NOWHERE)
        outer = number + self.first - 1
        return PageContent(outer, 0.0, 0.0, TextSource.NONE, (block,), name=self.source.file_name)


def placed_members(
    files: Iterable[tuple[str, bytes]], container: Source, folder: Path, limits: Limits, *, first: int
) -> tuple[Member, ...]:
    """The files (name and content) as members, in order, the pages of the first one beginning with number `first`.

    Their contents lie in `folder` as long as it does. Raises `DocumentError` (`nested_too_deeply`).
    """
    contents = tuple(files)
    kinds = [kind_of(Glance.at(data), name) for name, data in contents]
    sources = [
        msgspec.structs.replace(
            container,
            path=str(folder / str(index)),
            file_name=name,
            media_type=kinds[index].media_type,
            nesting=container.nesting + 1,
        )
        for index, (name, _) in enumerate(contents)
    ]
    for source, (_, data) in zip(sources, contents, strict=True):
        Path(source.path).write_bytes(data)
    convert_together(sources, limits)
    members: list[Member] = []
    for source, kind, (_, data) in zip(sources, kinds, contents, strict=True):
        members.append(_member(source, kind, data, limits, first))
        first += members[-1].page_count
    return tuple(members)


def _member(source: Source, kind: Kind, data: bytes, limits: Limits, first: int) -> Member:
    if not data:
        return Member(source, first, 0, "it is empty")
    if not source.media_type:
        return Member(source, first, 0, f"it is {kind.seen}")
    try:
        return Member(source, first, _page_count(source, data, limits))
    except DocumentError as problem:
        if problem.code == "nested_too_deeply":
            raise
        return Member(source, first, 0, problem.message)


def _page_count(source: Source, data: bytes, limits: Limits) -> int:
    """Remembered by content: the jobs of a long mail, and each of its page images, begin by asking for it."""
    digest = sha256(repr((source.media_type, source.password, source.nesting, limits)).encode())
    digest.update(data)
    key = digest.digest()
    if key not in _PAGE_COUNTS:
        reading = reader_for(source).read(source, Options(pages="1"), limits, _silent, Span(1, 1), page_by_page=False)
        if len(_PAGE_COUNTS) >= _MOST_REMEMBERED:
            _PAGE_COUNTS.clear()
        _PAGE_COUNTS[key] = reading.page_count
    return _PAGE_COUNTS[key]


def _only(options: Options, numbers: Sequence[int]) -> Options:
    """The options with these pages, rising, in place of those that they name."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return msgspec.structs.replace(options, pages=",".join(f"{first}-{last}" for first, last in ranges))


def _together(readings: Iterable[Reading]) -> Reading:
    parts = tuple(readings)
    pages = tuple(page for part in parts for page in part.pages)
    return Reading(parts[0].page_count, pages, tuple(number for part in parts for number in part.deferred))


def _silent(stage: str, page: int) -> None:
    """A progress that nobody watches."""
