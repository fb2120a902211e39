"""Which reader takes which kind of file. Readers are imported when they are first needed."""

from collections.abc import Callable

from pagemill.domain.errors import DocumentError
from pagemill.pipeline.formats.reader import Reader
from pagemill.pipeline.source import Source


def _pdf() -> Reader:
    from pagemill.pipeline.formats.pdf.reader import PdfReader

    return PdfReader()


def _image() -> Reader:
    from pagemill.pipeline.formats.image.reader import ImageReader

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


def _eml() -> Reader:
    from pagemill.pipeline.formats.mail.eml import read_eml
    from pagemill.pipeline.formats.mail.reader import MailReader

    return MailReader(read_eml)


def _msg() -> Reader:
    from pagemill.pipeline.formats.mail.msg import read_msg
    from pagemill.pipeline.formats.mail.reader import MailReader

    return MailReader(read_msg)


def _epub() -> Reader:
    from pagemill.pipeline.formats.epub.reader import EpubReader

    return EpubReader()


_READERS: dict[str, Callable[[], Reader]] = {
    "application/pdf": _pdf,
    "application/xhtml+xml": _html,
    "image/jpeg": _image,
    "image/png": _image,
    "image/webp": _image,
    "image/bmp": _image,
    "image/gif": _image,
    "image/tiff": _image,
    "application/epub+zip": _epub,
    "message/rfc822": _eml,
    "application/vnd.ms-outlook": _msg,
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
    return make()
