"""A small whole file of every kind, made by code: what bad files and mutants are made of."""

import io
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import docx
import pptx
import xlsxwriter
from PIL import Image, ImageDraw, ImageFont
from pptx.util import Inches

from samples.demo_files import make_demo_files

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"


def zipped(parts: dict[str, bytes | str], *, first: str = "") -> bytes:
    """A ZIP container; the part named `first` comes first and is not compressed, as `mimetype` has to be."""
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name in sorted(parts, key=lambda name: name != first):
            archive.writestr(name, parts[name], ZIP_STORED if name == first else ZIP_DEFLATED)
    return file.getvalue()


def unzipped(content: bytes) -> dict[str, bytes]:
    """The parts of a ZIP container."""
    with ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def docx_file() -> bytes:
    document = docx.Document()
    document.add_heading("Minutes", 0)
    document.add_paragraph("Present were all who had come.")
    document.add_paragraph("The lamp is to be mended.", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for row, texts in enumerate((("Name", "Vote"), ("Ada", "yes"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    return _saved(document.save)


def pptx_file() -> bytes:
    slides = pptx.Presentation()
    for number in (1, 2):
        slide = slides.slides.add_slide(slides.slide_layouts[5])
        slide.shapes.title.text = f"Slide {number}"
        slide.shapes.add_textbox(Inches(1), Inches(2), Inches(4), Inches(1)).text_frame.text = "A box of text."
    return _saved(slides.save)


def xlsx_file() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Prices")
        for row, values in enumerate((("Ware", "Price"), ("Ink", 3.5), ("Quill", 1.25))):
            sheet.write_row(row, 0, values)
        sheet.write_formula("B4", "=SUM(B2:B3)", None, 4.75)
    return file.getvalue()


def odt_file(body: str = "<text:h text:outline-level='1'>Letter</text:h><text:p>Dear reader,</text:p>") -> bytes:
    content = (
        f"<office:document-content xmlns:office='{_OFFICE}' xmlns:text='{_TEXT}'>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.text"
    manifest = "<manifest xmlns='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'/>"
    parts: dict[str, bytes | str] = {"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest}
    return zipped(parts, first="mimetype")


def epub_file() -> bytes:
    container = (
        "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfiles>"
        "<rootfile full-path='book.opf' media-type='application/oebps-package+xml'/></rootfiles></container>"
    )
    package = (
        "<package xmlns='http://www.idpf.org/2007/opf' version='3.0'><metadata/><manifest>"
        "<item id='one' href='one.xhtml' media-type='application/xhtml+xml'/></manifest>"
        "<spine><itemref idref='one'/></spine></package>"
    )
    chapter = "<html xmlns='http://www.w3.org/1999/xhtml'><body><h1>One</h1><p>It began.</p></body></html>"
    parts: dict[str, bytes | str] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": container,
        "book.opf": package,
        "one.xhtml": chapter,
    }
    return zipped(parts, first="mimetype")


def eml_file(*attachments: tuple[str, bytes]) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ada@example.org", "bob@example.org", "The lamp"
    mail["Date"] = "Tue, 24 Nov 2026 12:00:00 +0000"
    mail.set_content("It has been mended.\n")
    for name, content in attachments:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def image_file(kind: str, **settings: object) -> bytes:
    image = Image.new("RGB", (400, 120), "white")
    ImageDraw.Draw(image).text((20, 30), "A picture of words", fill="black", font=ImageFont.load_default(36))
    file = io.BytesIO()
    image.save(file, kind, **settings)
    return file.getvalue()


def tiff_file() -> bytes:
    pages = [Image.new("L", (200, 100), shade) for shade in (255, 200)]
    file = io.BytesIO()
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    return file.getvalue()


def whole_files() -> dict[str, bytes]:
    """A file of every kind by name: the demo's five, and one of each other kind that can be made by code."""
    with TemporaryDirectory() as folder:
        files = {path.name: path.read_bytes() for path in make_demo_files(Path(folder))}
    files |= {
        "minutes.docx": docx_file(),
        "slides.pptx": pptx_file(),
        "prices.xlsx": xlsx_file(),
        "prices.csv": b'Ware,Price\r\nInk,3.50\r\n"Quill, fine",1.25\r\n',
        "letter.odt": odt_file(),
        "book.epub": epub_file(),
        "lamp.eml": eml_file(("minutes.docx", docx_file()), ("notes.txt", b"Notes.\n")),
        "two-pages.tiff": tiff_file(),
        "notes.txt": b"Notes of a meeting.\n\nNobody came.\n",
    }
    return files | {f"words.{kind.lower()}": image_file(kind) for kind in ("GIF", "WEBP", "BMP", "JPEG")}


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    file = io.BytesIO()
    save(file)
    return file.getvalue()
