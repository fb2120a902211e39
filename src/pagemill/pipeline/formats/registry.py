"""Which reader takes which kind of file. Readers are imported when they are first needed."""

from collections.abc import Callable

from pagemill.domain import formats
from pagemill.domain.errors import DocumentError
from pagemill.pipeline.formats.reader import Reader
from pagemill.pipeline.source import Source


def _pdf() -> Reader:
    from pagemill.pipeline.formats.pdf.reader import PdfReader

    return PdfReader()


def _image() -> Reader:
    from pagemill.pipeline.formats.image import ImageReader

    return ImageReader()


def _html() -> Reader:
    from pagemill.pipeline.formats.html.reader import HtmlReader

    return HtmlReader()


def _markdown() -> Reader:
    from pagemill.pipeline.formats.markdown import MarkdownReader

    return MarkdownReader()


def _plain_text() -> Reader:
    from pagemill.pipeline.formats.plain_text import PlainTextReader

    return PlainTextReader()


def _legacy() -> Reader:
    from pagemill.pipeline.formats.libreoffice.legacy import LegacyReader

    return LegacyReader(reader_for)


_READERS: dict[str, Callable[[], Reader]] = {
    formats.DOC: _legacy,
    "application/pdf": _pdf,
    formats.PPT: _legacy,
    "application/xhtml+xml": _html,
    "image/jpeg": _image,
    "image/png": _image,
    "text/html": _html,
    "text/markdown": _markdown,
    "text/plain": _plain_text,
}

MEDIA_TYPES = tuple(sorted(_READERS))
"""The kinds of file that the pipeline takes."""


def reader_for(source: Source) -> Reader:
    """The reader of this kind of file. Raises `DocumentError` (`unsupported_format`)."""
    make = _READERS.get(source.media_type)
    if make is None:
        raise DocumentError(
            f"{source.file_name} is {source.media_type}, which no reader takes", code="unsupported_format"
        )
    return _with_page_view(make(), source.media_type)


def _with_page_view(reader: Reader, media_type: str) -> Reader:
    entry = formats.MEDIA_TYPES.get(media_type)
    if entry is None or entry.family not in (formats.Family.DOCUMENT, formats.Family.SLIDES):
        return reader
    from pagemill.pipeline.formats.libreoffice.page_view import PageView

    return PageView(reader)
