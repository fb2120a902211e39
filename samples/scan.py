"""A scanned book: pages without any text of their own, a little crooked, a little grey, with the noise of a scanner."""

from io import BytesIO

import numpy as np
import pypdfium2
from PIL import Image
from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Table, TableStyle

from samples.scan_text import PAGES, PageText

DOTS_PER_INCH = 200
PAPER_GREY = 243
NOISE_LEVELS = 5
JPEG_QUALITY = 80

HEADING = ParagraphStyle("heading", fontName="Times-Bold", fontSize=15, leading=19, spaceAfter=8)
BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=11, leading=14.5, spaceAfter=7)
RULED = TableStyle(
    [
        ("FONT", (0, 0), (-1, 0), "Times-Bold", 10.5),
        ("FONT", (0, 1), (-1, -1), "Times-Roman", 10.5),
        ("GRID", (0, 0), (-1, -1), 0.7, "black"),
    ]
)


def draw_scan() -> bytes:
    """The scanned book as a PDF of three pages that hold one JPEG each."""
    return images_as_pdf(scan_pages(seed=1786))


def scan_pages(seed: int) -> list[bytes]:
    """The pages of the book as JPEGs, each with a tilt and noise of its own that follow from `seed`."""
    random = np.random.default_rng(seed)
    return [_as_scanned(page, random) for page in _typeset_pages()]


def images_as_pdf(images: list[bytes]) -> bytes:
    """A PDF with each of the JPEGs filling a page of its own."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A5, invariant=1)
    for image in images:
        canvas.drawImage(ImageReader(BytesIO(image)), 0, 0, *A5)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _typeset_pages() -> list[Image.Image]:
    out = BytesIO()
    story = [part for page in PAGES for part in (*_flowables(page), PageBreak())]
    SimpleDocTemplate(out, pagesize=A5, margin=50, invariant=1).build(story)
    document = pypdfium2.PdfDocument(out.getvalue())
    return [
        document[number].render(scale=DOTS_PER_INCH / 72, grayscale=True).to_pil() for number in range(len(document))
    ]


def _flowables(page: PageText) -> list[Flowable]:
    story: list[Flowable] = [Paragraph(page.heading, HEADING)]
    story += [Paragraph(text, BODY) for text in page.paragraphs]
    if page.table:
        story.append(Table(page.table, style=RULED, spaceBefore=6))
    return story


def _as_scanned(page: Image.Image, random: np.random.Generator) -> bytes:
    tilt_degrees = float(random.uniform(-0.7, 0.7))
    tilted = page.convert("L").rotate(tilt_degrees, Image.Resampling.BICUBIC, fillcolor=255)
    grey = np.asarray(tilted, dtype=np.float32) / 255 * PAPER_GREY
    noisy = np.clip(grey + random.normal(0, NOISE_LEVELS, grey.shape), 0, 255).astype(np.uint8)
    out = BytesIO()
    Image.fromarray(noisy).save(out, "JPEG", quality=JPEG_QUALITY, dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return out.getvalue()
