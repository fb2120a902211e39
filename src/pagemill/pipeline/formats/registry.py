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


def _word() -> Reader:
    from pagemill.pipeline.formats.word.reader import WordReader

    return WordReader()


def _slides() -> Reader:
    from pagemill.pipeline.formats.slides.reader import SlidesReader

    return SlidesReader()


def _workbook() -> Reader:
    from pagemill.pipeline.formats.sheets.reader import WorkbookReader

    return WorkbookReader()


def _old_workbook() -> Reader:
    from pagemill.pipeline.formats.sheets.old_workbook import OldWorkbookReader

    return OldWorkbookReader()


def _separated() -> Reader:
    from pagemill.pipeline.formats.sheets.separated import SeparatedReader

    return SeparatedReader()


def _open_text() -> Reader:
    from pagemill.pipeline.formats.open_document.reader import TextReader

    return TextReader()


def _open_slides() -> Reader:
    from pagemill.pipeline.formats.open_document.slides import OpenSlidesReader

    return OpenSlidesReader()


def _open_sheets() -> Reader:
    from pagemill.pipeline.formats.open_document.sheets import OpenSheetsReader

    return OpenSheetsReader()


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


def _legacy() -> Reader:
    from pagemill.pipeline.formats.libreoffice.legacy import LegacyReader

    return LegacyReader(reader_for)


_READERS: dict[str, Callable[[], Reader]] = {
    formats.DOC: _legacy,
    formats.PPT: _legacy,
    formats.PDF: _pdf,
    "application/xhtml+xml": _html,
    formats.JPEG: _image,
    formats.PNG: _image,
    formats.WEBP: _image,
    formats.BMP: _image,
    formats.GIF: _image,
    formats.TIFF: _image,
    formats.EPUB: _epub,
    formats.EML: _eml,
    formats.MSG: _msg,
    formats.HTML: _html,
    formats.MARKDOWN: _markdown,
    formats.PLAIN_TEXT: _plain_text,
    formats.DOCX: _word,
    formats.PPTX: _slides,
    formats.XLSX: _workbook,
    formats.XLS: _old_workbook,
    formats.CSV: _separated,
    formats.ODT: _open_text,
    formats.ODP: _open_slides,
    formats.ODS: _open_sheets,
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
