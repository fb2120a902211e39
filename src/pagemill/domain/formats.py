"""The kinds of file that Pagemill reads: one table for sniffing, reading, prediction, `capabilities` and docs/formats.md."""

from enum import StrEnum

import msgspec


class Family(StrEnum):
    """How the pages of a kind of file come about."""

    PDF = "pdf"
    IMAGE = "image"
    TEXT = "text"
    DOCUMENT = "document"
    SLIDES = "slides"
    SHEETS = "sheets"
    MAIL = "mail"
    BOOK = "book"


class FileFormat(msgspec.Struct, frozen=True):
    """A kind of file: what it is called, its usual suffixes (with the dot), and whether LibreOffice has to read it."""

    media_type: str
    name: str
    family: Family
    suffixes: tuple[str, ...]
    needs_office: bool = False


_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
WEBP = "image/webp"
BMP = "image/bmp"
GIF = "image/gif"
TIFF = "image/tiff"
HTML = "text/html"
MARKDOWN = "text/markdown"
PLAIN_TEXT = "text/plain"
CSV = "text/csv"
DOCX = f"{_OPEN_XML}.wordprocessingml.document"
PPTX = f"{_OPEN_XML}.presentationml.presentation"
XLSX = f"{_OPEN_XML}.spreadsheetml.sheet"
ODT = f"{_OPEN_DOCUMENT}.text"
ODP = f"{_OPEN_DOCUMENT}.presentation"
ODS = f"{_OPEN_DOCUMENT}.spreadsheet"
DOC = "application/msword"
PPT = "application/vnd.ms-powerpoint"
XLS = "application/vnd.ms-excel"
EML = "message/rfc822"
MSG = "application/vnd.ms-outlook"
EPUB = "application/epub+zip"

FORMATS = (
    FileFormat(PDF, "PDF", Family.PDF, (".pdf",)),
    FileFormat(PNG, "PNG", Family.IMAGE, (".png",)),
    FileFormat(JPEG, "JPEG", Family.IMAGE, (".jpg", ".jpeg")),
    FileFormat(WEBP, "WebP", Family.IMAGE, (".webp",)),
    FileFormat(BMP, "BMP", Family.IMAGE, (".bmp",)),
    FileFormat(GIF, "GIF", Family.IMAGE, (".gif",)),
    FileFormat(TIFF, "TIFF", Family.IMAGE, (".tif", ".tiff")),
    FileFormat(HTML, "HTML", Family.TEXT, (".html", ".htm", ".xhtml")),
    FileFormat(MARKDOWN, "Markdown", Family.TEXT, (".md", ".markdown", ".mdown", ".mkd")),
    FileFormat(PLAIN_TEXT, "plain text", Family.TEXT, (".txt", ".text", ".log")),
    FileFormat(DOCX, "Word (DOCX)", Family.DOCUMENT, (".docx", ".docm")),
    FileFormat(ODT, "OpenDocument text (ODT)", Family.DOCUMENT, (".odt",)),
    FileFormat(DOC, "old Word (DOC)", Family.DOCUMENT, (".doc",), needs_office=True),
    FileFormat(PPTX, "PowerPoint (PPTX)", Family.SLIDES, (".pptx", ".pptm", ".ppsx")),
    FileFormat(ODP, "OpenDocument slides (ODP)", Family.SLIDES, (".odp",)),
    FileFormat(PPT, "old PowerPoint (PPT)", Family.SLIDES, (".ppt", ".pps"), needs_office=True),
    FileFormat(XLSX, "Excel (XLSX)", Family.SHEETS, (".xlsx", ".xlsm")),
    FileFormat(ODS, "OpenDocument sheets (ODS)", Family.SHEETS, (".ods",)),
    FileFormat(XLS, "old Excel (XLS)", Family.SHEETS, (".xls",)),
    FileFormat(CSV, "CSV", Family.SHEETS, (".csv", ".tsv")),
    FileFormat(EML, "mail (EML)", Family.MAIL, (".eml",)),
    FileFormat(MSG, "Outlook mail (MSG)", Family.MAIL, (".msg",)),
    FileFormat(EPUB, "e-book (EPUB)", Family.BOOK, (".epub",)),
)

MEDIA_TYPES: dict[str, FileFormat] = {entry.media_type: entry for entry in FORMATS}
SUFFIXES: dict[str, FileFormat] = {suffix: entry for entry in FORMATS for suffix in entry.suffixes}
IMAGE_TYPES = frozenset(entry.media_type for entry in FORMATS if entry.family is Family.IMAGE)
