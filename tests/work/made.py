"""PDF files made by code: text pages, scanned pages, encrypted ones."""

import io

from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfReader, PdfWriter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

PASSWORD = "open sesame"


def scanned_page(text: str) -> ImageReader:
    image = Image.new("L", (1240, 1754), 255)
    ImageDraw.Draw(image).text((120, 200), text, fill=0, font=ImageFont.load_default(60))
    return ImageReader(image)


def pdf(*pages: str) -> bytes:
    """A PDF with a page for each text; one that begins with "scan" is an image."""
    file = io.BytesIO()
    canvas = Canvas(file, invariant=1)
    for text in pages:
        if text.startswith("scan"):
            canvas.drawImage(scanned_page(text), 0, 0, 595, 842)
        else:
            for line in range(12):
                canvas.drawString(72, 750 - 20 * line, f"{text}, line {line}, says what it has to say.")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def encrypted(content: bytes) -> bytes:
    writer = PdfWriter(PdfReader(io.BytesIO(content)))
    writer.encrypt(PASSWORD)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()
