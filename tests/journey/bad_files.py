"""Files that must not be read, and the code that each of them has to end with."""

import io
import zlib
from collections.abc import Callable
from typing import Any

import msgspec
import msoffcrypto
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject

from tests.journey.made import (
    docx_file,
    eml_file,
    epub_file,
    image_file,
    odt_file,
    pptx_file,
    unzipped,
    xlsx_file,
    zipped,
)
from tests.work.made import PASSWORD, encrypted, pdf

MEBIBYTE = 2**20
LIMITS = {
    "PAGEMILL_MAX_FILE_MB": "8",
    "PAGEMILL_MAX_PAGES": "50",
    "PAGEMILL_MAX_CELLS": "1000",
    "PAGEMILL_MAX_UNPACKED_MB": "64",
    "PAGEMILL_MAX_NESTING": "2",
    "PAGEMILL_MAX_IMAGE_MEGAPIXELS": "4",
    "PAGEMILL_MAX_RESULT_MB": "4",
    "PAGEMILL_TEXT_MEMORY_MB": "400",
    "PAGEMILL_PAGE_SECONDS": "4",
    "PAGEMILL_JOB_SECONDS": "6",
    "PAGEMILL_BODY_SECONDS": "1",
}
"""What the service under test allows: little, so that small files are too much."""

LAUGHS = (
    '<!DOCTYPE a [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 20}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


class BadFile(msgspec.Struct, frozen=True):
    """A file by name and how to make it, the options it is submitted with, and the codes it may end with."""

    file_name: str
    make: Callable[[], bytes]
    codes: tuple[str, ...]
    options: dict[str, Any] = {}


def broken_pdf_tree() -> bytes:
    """A page tree whose only node is its own child."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    pages = writer._root_object["/Pages"]
    pages[NameObject("/Kids")] = ArrayObject([pages.indirect_reference])
    pages[NameObject("/Count")] = NumberObject(3)
    return _written(writer)


def pdf_of_many_pages(count: int) -> bytes:
    """A small PDF whose page tree names the same page again and again."""
    writer = PdfWriter()
    page = writer.add_blank_page(100, 100)
    pages = writer._root_object["/Pages"]
    pages[NameObject("/Kids")] = ArrayObject([page.indirect_reference] * count)
    pages[NameObject("/Count")] = NumberObject(count)
    return _written(writer)


def pdf_with_content(content: bytes) -> bytes:
    """A page whose content stream is this, well compressed."""
    writer = PdfWriter()
    page = writer.add_blank_page(500, 500)
    stream = DecodedStreamObject()
    stream.set_data(content)
    page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    font = DictionaryObject({NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1")})
    font[NameObject("/BaseFont")] = NameObject("/Helvetica")
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    return _written(writer)


def endless_pdf() -> bytes:
    """A page with text in millions of places: 400 MB of operators in 1 MB of file."""
    return pdf_with_content(b"BT /F1 9 Tf 9 9 Td (word) Tj ET\n" * 4_000_000)


def greedy_pdf() -> bytes:
    """A page that draws one path of very many points."""
    return pdf_with_content(b"0 0 m\n" + b"9 9 l 1 2 l\n" * 6_000_000 + b"S\n")


def huge_png(side: int) -> bytes:
    """A PNG that says it has `side` pixels on each side and holds next to nothing."""
    whole = image_file("PNG")
    header = bytearray(whole[16:29])
    header[0:8] = side.to_bytes(4, "big") * 2
    checked = zlib.crc32(b"IHDR" + bytes(header)).to_bytes(4, "big")
    return whole[:16] + bytes(header) + checked + whole[33:]


def black_png(side: int) -> bytes:
    """A real image of one colour: a few kilobytes that unpack to very many pixels."""
    file = io.BytesIO()
    Image.new("1", (side, side)).save(file, "PNG")
    return file.getvalue()


def docx_with(part: str, content: bytes | str) -> bytes:
    return zipped(unzipped(docx_file()) | {part: content})


def docx_of_laughs() -> bytes:
    document = unzipped(docx_file())["word/document.xml"].decode()
    xml, rest = document.split("?>", 1)
    return docx_with("word/document.xml", f"{xml}?>{LAUGHS}{rest.replace('Present', 'Present &i;')}")


def encrypted_docx() -> bytes:
    file = io.BytesIO()
    msoffcrypto.OfficeFile(io.BytesIO(docx_file())).encrypt(PASSWORD, file)
    return file.getvalue()


def mail_in_mail(depth: int) -> bytes:
    mail = eml_file()
    for _ in range(depth):
        mail = eml_file(("inner.eml", mail))
    return mail


def csv_of(cells: int) -> bytes:
    return b"a,b,c,d\n" * (cells // 4)


def without(content: bytes, part: str) -> bytes:
    return zipped({name: inner for name, inner in unzipped(content).items() if name != part})


def cut(content: bytes, share: float) -> bytes:
    return content[: int(len(content) * share)]


def _written(writer: PdfWriter) -> bytes:
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


_UNSUPPORTED = {
    "archive.zip": zipped({"a.txt": "a"}),
    "archive.gz": b"\x1f\x8b\x08\x00" + bytes(60),
    "archive.7z": b"7z\xbc\xaf\x27\x1c" + bytes(60),
    "archive.rar": b"Rar!\x1a\x07\x01\x00" + bytes(60),
    "letter.rtf": b"{\\rtf1\\ansi Hello}",
    "print.ps": b"%!PS-Adobe-3.0\nshowpage\n",
    "program": b"\x7fELF\x02\x01\x01" + bytes(60),
    "sound.mp3": b"ID3\x04\x00" + bytes(200),
    "film.mp4": b"\x00\x00\x00\x18ftypmp42" + bytes(200),
    "noise.bin": bytes(range(256)) * 8,
    "zeros.pdf": bytes(5_000),
}

BAD_FILES = (
    BadFile("nothing.pdf", lambda: b"", ("empty_file",)),
    BadFile("spaces.txt", lambda: b" \n\t\n ", ("empty_file",)),
    *(BadFile(name, lambda content=content: content, ("unsupported_format",)) for name, content in _UNSUPPORTED.items()),
    BadFile("cut.pdf", lambda: cut(pdf("One"), 0.4), ("corrupt_file",)),
    BadFile("header.pdf", lambda: b"%PDF-1.7\n", ("corrupt_file",)),
    BadFile("cut.docx", lambda: cut(docx_file(), 0.6), ("corrupt_file",)),
    BadFile("cut.pptx", lambda: cut(pptx_file(), 0.6), ("corrupt_file",)),
    BadFile("cut.xlsx", lambda: cut(xlsx_file(), 0.6), ("corrupt_file", "unsupported_format")),
    BadFile("cut.odt", lambda: cut(odt_file(), 0.6), ("corrupt_file",)),
    BadFile("cut.epub", lambda: cut(epub_file(), 0.6), ("corrupt_file",)),
    BadFile("cut.png", lambda: cut(image_file("PNG"), 0.5), ("corrupt_file",)),
    BadFile("cut.jpg", lambda: cut(image_file("JPEG"), 0.5), ("corrupt_file",)),
    BadFile("cut.gif", lambda: cut(image_file("GIF"), 0.5), ("corrupt_file",)),
    BadFile("cut.webp", lambda: cut(image_file("WEBP"), 0.5), ("corrupt_file",)),
    BadFile("cut.bmp", lambda: cut(image_file("BMP"), 0.5), ("corrupt_file",)),
    BadFile("cut.tif", lambda: cut(image_file("TIFF"), 0.5), ("corrupt_file",)),
    BadFile("headless.docx", lambda: without(docx_file(), "word/document.xml"), ("corrupt_file", "unsupported_format")),
    BadFile("headless.pptx", lambda: without(pptx_file(), "ppt/presentation.xml"), ("corrupt_file",)),
    BadFile("headless.odt", lambda: without(odt_file(), "content.xml"), ("corrupt_file",)),
    BadFile("headless.epub", lambda: without(epub_file(), "book.opf"), ("corrupt_file",)),
    BadFile("not-xml.docx", lambda: docx_with("word/document.xml", "<w:document><"), ("corrupt_file",)),
    BadFile("not-xml.odt", lambda: odt_file("<text:p>"), ("corrupt_file",)),
    BadFile("locked.pdf", lambda: encrypted(pdf("One")), ("password_required",)),
    BadFile("locked-wrongly.pdf", lambda: encrypted(pdf("One")), ("wrong_password",), {"password": "wrong"}),
    BadFile("locked.docx", encrypted_docx, ("password_required",)),
    BadFile("locked-wrongly.docx", encrypted_docx, ("wrong_password",), {"password": "wrong"}),
    BadFile("large.txt", lambda: b"word " * (2 * MEBIBYTE), ("file_too_large",)),
    BadFile("pages.pdf", lambda: pdf(*["One"] * 51), ("too_many_pages",)),
    BadFile("declared.pdf", lambda: pdf_of_many_pages(100_000), ("too_many_pages", "corrupt_file")),
    BadFile("circle.pdf", broken_pdf_tree, ("corrupt_file", "empty_file")),
    BadFile("beyond.pdf", lambda: pdf("One"), ("no_such_pages",), {"pages": "7-9"}),
    BadFile("endless.pdf", endless_pdf, ("page_timeout", "out_of_memory")),
    BadFile("greedy.pdf", greedy_pdf, ("page_timeout", "out_of_memory", "timed_out")),
    BadFile("pixels.png", lambda: huge_png(100_000), ("image_too_large",)),
    BadFile("black.png", lambda: black_png(9_000), ("image_too_large",)),
    BadFile("bomb.docx", lambda: docx_with("word/document.xml", bytes(80 * MEBIBYTE)), ("unpacks_too_large",)),
    BadFile("bomb.xlsx", lambda: zipped(unzipped(xlsx_file()) | {"xl/a.xml": bytes(80 * MEBIBYTE)}), ("unpacks_too_large",)),
    BadFile("bomb.pptx", lambda: zipped(unzipped(pptx_file()) | {"ppt/a.xml": bytes(80 * MEBIBYTE)}), ("unpacks_too_large",)),
    BadFile("bomb.epub", lambda: zipped(unzipped(epub_file()) | {"a.xhtml": bytes(80 * MEBIBYTE)}, first="mimetype"), ("unpacks_too_large",)),
    BadFile("ratio.odt", lambda: odt_file("<text:p>" + "a" * 20 * MEBIBYTE + "</text:p>"), ("unpacks_too_large",)),
    BadFile("laughs.docx", docx_of_laughs, ("corrupt_file",)),
    BadFile("nested.eml", lambda: mail_in_mail(3), ("nested_too_deeply",)),
    BadFile("cells.csv", lambda: csv_of(1_200), ("too_many_cells",)),
    BadFile("result.txt", lambda: b"several words \n\n" * 40_000, ("result_too_large",)),
    BadFile("deadline.pdf", endless_pdf, ("timed_out", "page_timeout", "out_of_memory"), {"deadline_seconds": 2}),
)  # fmt: skip
