"""A PDF opened by pdfium: its page count and title, pictures of its pages, and plain text as a last resort.

pdfium is not thread-safe, not even across documents: one thread of a process may use this. Every page and bitmap is
closed explicitly, since waiting for the garbage collector lets the memory of a long file pile up.
"""

import math
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw
from numpy.typing import NDArray

from pagemill.domain.document import BBox, Block, BlockKind, PageContent, TextSource
from pagemill.domain.errors import DocumentError
from pagemill.pipeline.formats.pdf.coverage import Coverage
from pagemill.pipeline.formats.pdf.glyphs import Glyph, glyphs_of
from pagemill.pipeline.formats.pdf.orientation import leaning
from pagemill.pipeline.formats.pdf.page_reader import ReadPage, UnreadablePages
from pagemill.pipeline.formats.pdf.text import clean
from pagemill.pipeline.source import Source

_LONGEST_SIDE_PIXELS = 4000
_SAMPLE = 500  # characters
_MADE_UP_TITLE = re.compile(
    r"^\W|^untitled|^microsoft \w+ - |^(?:layout|slide|document|presentation) ?\d*$|\.(?:docx?|pptx?|xlsx?|indd|qxd|tex|pdf|dvi)$",
    re.IGNORECASE,
)


class PdfFile:
    """An open PDF. Use `open_pdf`."""

    def __init__(self, document: Any) -> None:
        self._document = document

    @property
    def page_count(self) -> int:
        """How many pages the file has; may be 0."""
        return len(self._document)

    @property
    def title(self) -> str:
        """The title in the file's metadata, "" if there is none or a program made it up."""
        title = clean(self._document.get_metadata_value("Title"))
        return "" if _MADE_UP_TITLE.search(title) else title

    def gray(self, number: int, dpi: int, max_pixels: int, turn: int) -> NDArray[np.uint8]:
        """The page in gray, height x width, turned clockwise by so many degrees.

        It is coarser than `dpi` when it would have more pixels than allowed.
        """
        with self._bitmap(number, dpi, max_pixels, turn, grayscale=True) as bitmap:
            pixels: NDArray[np.uint8] = bitmap.to_numpy()
            return np.ascontiguousarray(pixels.reshape(pixels.shape[:2]))

    def picture(self, number: int, dpi: int, max_pixels: int) -> Any:
        """The page in colour, as a Pillow image, turned so that most of its text is upright.

        It is coarser than `dpi` when it would have more pixels than allowed.
        """
        with self._bitmap(number, dpi, max_pixels, self._turn(number), grayscale=False) as bitmap:
            return bitmap.to_pil().copy()

    def plain_page(self, number: int) -> ReadPage:
        """The page's text in stream order, one paragraph for each run of lines. Raises `UnreadablePages`."""
        try:
            with closing(self._document[number - 1]) as page, closing(page.get_textpage()) as text:
                return _plain_page(number, page, text.get_text_range())
        except pdfium.PdfiumError as problem:
            raise UnreadablePages(str(problem)) from None

    def glyphs(self, number: int) -> list[Glyph]:
        """The page's characters in the order in which they are read, with their boxes; none of a page that is turned."""
        with closing(self._document[number - 1]) as page, closing(page.get_textpage()) as text:
            return glyphs_of(page, text)

    def _turn(self, number: int) -> int:
        with closing(self._document[number - 1]) as page, closing(page.get_textpage()) as text:
            angles = (pdfium_raw.FPDFText_GetCharAngle(text, i) for i in range(min(text.count_chars(), _SAMPLE)))
            return (360 - leaning((round(math.degrees(angle)), 1) for angle in angles)) % 360

    @contextmanager
    def _bitmap(self, number: int, dpi: int, max_pixels: int, turn: int, *, grayscale: bool) -> Iterator[Any]:
        try:
            with closing(self._document[number - 1]) as page:
                width, height = page.get_size()
                scale = _scale(width, height, dpi, max_pixels)
                bitmap = page.render(scale=scale, rotation=turn, grayscale=grayscale, rev_byteorder=True)
        except pdfium.PdfiumError as problem:
            raise DocumentError(f"Page {number} cannot be drawn: {problem}", page=number) from None
        with closing(bitmap):
            yield bitmap


@contextmanager
def open_pdf(source: Source) -> Iterator[PdfFile]:
    """The file, open. Raises `DocumentError`: `password_required`, `wrong_password`, `empty_file` or `corrupt_file`."""
    try:
        document = pdfium.PdfDocument(source.path, password=source.password or None)
    except pdfium.PdfiumError as problem:
        raise _refusal(source, problem) from None
    with closing(document):
        yield PdfFile(document)


class PdfiumReader:
    """The reader of last resort: text without layout, where liteparse fails on a file that pdfium can open."""

    def pages(self, path: str, password: str, numbers: Sequence[int]) -> list[ReadPage]:
        """The pages that pdfium can read; the others are left out."""
        source = Source(path, path, "application/pdf", password)
        found = []
        with open_pdf(source) as file:
            for number in numbers:
                try:
                    found.append(file.plain_page(number))
                except UnreadablePages:
                    continue
        return found


def _refusal(source: Source, problem: pdfium.PdfiumError) -> DocumentError:
    if _has_no_pages(source):
        return DocumentError(f"{source.file_name} has no pages", code="empty_file")
    if problem.err_code == pdfium_raw.FPDF_ERR_PASSWORD:
        if source.password:
            return DocumentError(f"The password given does not open {source.file_name}", code="wrong_password")
        return DocumentError(f"{source.file_name} is encrypted", code="password_required")
    return DocumentError(f"{source.file_name} is not a whole PDF: {problem}", code="corrupt_file")


def _has_no_pages(source: Source) -> bool:
    """Whether pdfium can open the file after all: pypdfium2 refuses one without pages, with the error of another file."""
    password = source.password.encode() or None
    document = pdfium_raw.FPDF_LoadDocument(os.fsencode(source.path), password)
    if not document:
        return False
    pdfium_raw.FPDF_CloseDocument(document)
    return True


def _scale(width: float, height: float, dpi: int, max_pixels: int) -> float:
    area = max(width * height, 1.0)
    return min(dpi / 72, math.sqrt(max_pixels / area), _LONGEST_SIDE_PIXELS / max(width, height, 1.0))


def _plain_page(number: int, page: Any, text: str) -> ReadPage:
    width, height = page.get_size()
    paragraphs = [clean(part) for part in text.replace("\r\n", "\n").split("\n\n")]
    box = BBox(0.0, 0.0, round(width, 2), round(height, 2))
    blocks = tuple(Block(BlockKind.PARAGRAPH, paragraph, box) for paragraph in paragraphs if paragraph)
    characters = sum(len(block.text) for block in blocks)
    source = TextSource.NATIVE if blocks else TextSource.NONE
    content = PageContent(number, box.width, box.height, source, blocks)
    return ReadPage(content, Coverage(characters, image=_image_share(page, box.area)))


def _image_share(page: Any, area: float) -> float:
    shares = [0.0]
    for image in page.get_objects(filter=[pdfium_raw.FPDF_PAGEOBJ_IMAGE], max_depth=2):
        left, bottom, right, top = image.get_bounds()
        shares.append(abs(right - left) * abs(top - bottom) / max(area, 1.0))
    return min(1.0, max(shares))
