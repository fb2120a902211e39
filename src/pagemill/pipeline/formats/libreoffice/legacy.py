"""Old Word and PowerPoint files: made into their successors, and read as such."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress

from pagemill.domain.document import PageContent
from pagemill.domain.errors import DocumentError
from pagemill.domain.formats import DOC, PPT
from pagemill.domain.limits import Limits
from pagemill.domain.options import Options
from pagemill.pipeline.formats.libreoffice.convert import TO_DOCX, TO_PPTX, converted, converted_file
from pagemill.pipeline.formats.reader import Reader, Span
from pagemill.pipeline.source import Progress, Reading, Source

_TARGETS = {DOC: TO_DOCX, PPT: TO_PPTX}


class LegacyReader:
    """Reads a file by way of the format that followed its own. `reader_for` gives the reader of that."""

    def __init__(self, reader_for: Callable[[Source], Reader]) -> None:
        self._reader_for = reader_for

    def read(
        self, source: Source, options: Options, limits: Limits, progress: Progress, span: Span, *, page_by_page: bool
    ) -> Reading:
        """What the converted file says. Raises what `converted_file` and its reader raise."""
        progress("convert", 1)
        with _converted(source, limits) as new:
            return self._reader_for(new).read(new, options, limits, progress, span, page_by_page=page_by_page)

    def recognise(
        self, source: Source, options: Options, limits: Limits, progress: Progress, span: Span
    ) -> tuple[PageContent, ...]:
        """What the converted file's reader recognises."""
        progress("convert", 1)
        with _converted(source, limits) as new:
            return self._reader_for(new).recognise(new, options, limits, progress, span)

    def page_images(self, source: Source, limits: Limits, pages: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        """The pictures that the converted file's reader draws."""
        with _converted(source, limits) as new:
            yield from self._reader_for(new).page_images(new, limits, pages)


def convert_together(sources: Iterable[Source], limits: Limits) -> None:
    """Converts the old files among these, those of a kind in one run, so that their readers find them in `Source.scratch`.

    What cannot be converted is left for its reader to complain of. Without a place to keep the results nothing is done.
    """
    old = [source for source in sources if source.media_type in _TARGETS and source.scratch]
    for media_type, target in _TARGETS.items():
        same = [source for source in old if source.media_type == media_type]
        if len(same) > 1:
            with suppress(DocumentError), converted(same, target, limits):
                pass


def _converted(source: Source, limits: Limits) -> AbstractContextManager[Source]:
    return converted_file(source, _TARGETS[source.media_type], limits)
