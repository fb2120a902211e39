"""Mail files: EML and MSG."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pagemill.domain.document import PageContent, TextSource
from pagemill.domain.errors import DocumentError
from pagemill.domain.limits import Limits
from pagemill.domain.options import Options
from pagemill.pipeline.formats.archive import check_unpacked
from pagemill.pipeline.formats.mail.message import Mail
from pagemill.pipeline.formats.mail.page import mail_blocks
from pagemill.pipeline.formats.members import Member, placed_members
from pagemill.pipeline.formats.reader import Span, wanted_pages
from pagemill.pipeline.source import PAGE_COUNT, Progress, Reading, Source

Parse = Callable[[Source, Limits], Mail]


class MailReader:
    """Reads a mail as page 1 and each attachment, by the reader of its kind, as the pages behind it.

    An attachment that cannot be read is named on page 1 with the reason.
    """

    def __init__(self, parse: Parse) -> None:
        self._parse = parse

    def read(
        self, source: Source, options: Options, limits: Limits, progress: Progress, span: Span, *, page_by_page: bool
    ) -> Reading:
        """The mail and what its attachments say themselves. Raises `DocumentError`, for an attachment if it nests too deeply."""
        with _unpacked(source, limits, self._parse) as (mail, members):
            page_count = 1 + sum(member.page_count for member in members)
            progress(PAGE_COUNT, page_count)
            wanted = _wanted(source, options, limits, page_count, span)
            progress("read", 1 if page_by_page else 0)
            pages = [_first_page(mail, members)] if 1 in wanted else []
            deferred: list[int] = []
            for member in members:
                reading = member.read(wanted, options, limits, progress, page_by_page=page_by_page)
                pages.extend(reading.pages)
                deferred.extend(reading.deferred)
        return Reading(page_count, tuple(pages), tuple(deferred), mail.subject)

    def recognise(
        self, source: Source, options: Options, limits: Limits, progress: Progress, span: Span
    ) -> tuple[PageContent, ...]:
        """The pages of attachments that need recognition, recognised."""
        with _unpacked(source, limits, self._parse) as (_, members):
            page_count = 1 + sum(member.page_count for member in members)
            wanted = _wanted(source, options, limits, page_count, span)
            found = [member.recognise(wanted, options, limits, progress) for member in members]
        return tuple(page for pages in found for page in pages)

    def page_images(self, source: Source, limits: Limits, pages: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        """The pages of attachments that have a picture; the mail itself has none."""
        with _unpacked(source, limits, self._parse) as (_, members):
            for member in members:
                yield from member.page_images(pages, limits)


@contextmanager
def _unpacked(source: Source, limits: Limits, parse: Parse) -> Iterator[tuple[Mail, tuple[Member, ...]]]:
    """The mail, and its attachments as files in a private folder that goes away."""
    if source.nesting > limits.max_nesting:
        raise DocumentError(
            f"{source.file_name} lies {source.nesting} mails deep; {limits.max_nesting} are allowed",
            code="nested_too_deeply",
        )
    mail = parse(source, limits)
    documents = mail.documents()
    packed_bytes = Path(source.path).stat().st_size
    check_unpacked(source.file_name, sum(len(one.data) for one in documents), packed_bytes, limits)
    with TemporaryDirectory(prefix="pagemill-") as folder:
        files = [(one.name, one.data) for one in documents]
        yield mail, placed_members(files, source, Path(folder), limits, first=2)


def _wanted(source: Source, options: Options, limits: Limits, page_count: int, span: Span) -> tuple[int, ...]:
    return tuple(n for n in wanted_pages(source.file_name, options, limits, page_count) if span.holds(n))


def _first_page(mail: Mail, members: Sequence[Member]) -> PageContent:
    blocks = mail_blocks(mail, [member.note for member in members])
    source = TextSource.NATIVE if any(block.text for block in blocks) else TextSource.NONE
    return PageContent(1, 0.0, 0.0, source, blocks)
