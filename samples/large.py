"""A long book for tests of endurance: many pages of text and tables, with scanned pages spread through them."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from random import Random

from reportlab.lib.pagesizes import A5
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from samples.article_text import SECTIONS
from samples.scan import scan_pages

PAGES_IN_A_CHAPTER = 25
CHARACTERS_IN_A_LINE = 62
MARGIN, TOP, LEADING = 45.0, A5[1] - 70.0, 15.0


def make_large_pdf(path: Path, pages: int = 1000, scanned: int = 60, seed: int = 216) -> Path:
    """Writes a PDF of `pages` pages, of which `scanned` are images, spread evenly; the same bytes for the same numbers.

    A few scans are drawn once and used again and again, so that the file is small and made within seconds.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    random = Random(seed)
    words = _endless_words(random)
    scans = [ImageReader(BytesIO(image)) for image in scan_pages(seed)] if scanned else []
    scanned_numbers = scanned_page_numbers(pages, scanned)
    canvas = Canvas(str(path), pagesize=A5, invariant=1, pageCompression=1)
    for number in range(1, pages + 1):
        if number in scanned_numbers:
            canvas.drawImage(scans[number % len(scans)], 0, 0, *A5)
        else:
            _draw_text_page(canvas, number, words)
        canvas.showPage()
    canvas.save()
    return path


def scanned_page_numbers(pages: int, scanned: int) -> frozenset[int]:
    """Which pages, counted from 1, are scans: `scanned` of them at even distances."""
    if not 0 <= scanned <= pages:
        raise ValueError(f"{scanned} of {pages} pages cannot be scans")
    return frozenset(1 + (2 * index + 1) * pages // (2 * scanned) for index in range(scanned))


def _draw_text_page(canvas: Canvas, number: int, words: Iterator[str]) -> None:
    canvas.setFont("Helvetica", 8)
    canvas.drawString(MARGIN, A5[1] - 30, "The Long Book")
    canvas.drawRightString(A5[0] - MARGIN, A5[1] - 30, f"{number}")
    top = TOP
    chapter, page_in_chapter = divmod(number - 1, PAGES_IN_A_CHAPTER)
    if page_in_chapter == 0:
        canvas.setFont("Times-Bold", 18)
        canvas.drawString(MARGIN, top, f"Chapter {chapter + 1}")
        top -= 2 * LEADING
    if number % 10 == 0:
        top = _draw_table(canvas, top, number)
    lines = canvas.beginText(MARGIN, top)
    lines.setFont("Times-Roman", 11, leading=LEADING)
    for _ in range(int((top - MARGIN) / LEADING)):
        lines.textLine(_line(words))
    canvas.drawText(lines)


def _draw_table(canvas: Canvas, top: float, number: int) -> float:
    canvas.setFont("Helvetica", 9)
    width = (A5[0] - 2 * MARGIN) / 3
    for row in range(5):
        for column in range(3):
            left, bottom = MARGIN + column * width, top - row * LEADING
            canvas.rect(left, bottom, width, LEADING)
            label = f"Column {column + 1}" if row == 0 else f"{number * 100 + row * 10 + column}"
            canvas.drawString(left + 4, bottom + 4, label)
    return top - 6 * LEADING


def _line(words: Iterator[str]) -> str:
    line = next(words)
    while len(line) < CHARACTERS_IN_A_LINE:
        line = f"{line} {next(words)}"
    return line


def _endless_words(random: Random) -> Iterator[str]:
    sentences = [
        sentence for section in SECTIONS for text in section.paragraphs for sentence in re.split(r"(?<=\.) ", text)
    ]
    while True:
        yield from random.choice(sentences).split()
