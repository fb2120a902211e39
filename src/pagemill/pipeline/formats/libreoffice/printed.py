"""The text of a printed file (a PDF that LibreOffice made), and where each letter of it stands."""

import ctypes
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import reduce
from typing import Any

import msgspec
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw

from pagemill.domain.document import BBox
from pagemill.domain.errors import DocumentError
from pagemill.pipeline.formats.libreoffice.letters import letters_of
from pagemill.pipeline.source import Source


class Sheet(msgspec.Struct, frozen=True):
    """A printed page: its size in points, and the place of its first letter in the text."""

    width: float
    height: float
    first_letter: int

    @property
    def box(self) -> BBox:
        """All of the page."""
        return BBox(0.0, 0.0, self.width, self.height)


class PrintedText:
    """All letters of an open PDF as one text. Use `printed_text`."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._characters = array("i")
        self._open: tuple[int, Any, Any] | None = None
        found: list[str] = []
        sheets: list[Sheet] = []
        for number in range(1, len(document) + 1):
            page, text = self._opened(number)
            width, height = page.get_size()
            sheets.append(Sheet(round(width, 2), round(height, 2), len(self._characters)))
            found.extend(self._letters(text))
        self.letters = "".join(found)
        self.sheets = tuple(sheets)
        self._starts = [sheet.first_letter for sheet in sheets]

    def close(self) -> None:
        """Lets go of the page that was looked at last."""
        if self._open is not None:
            _, page, text = self._open
            text.close()
            page.close()
            self._open = None

    def page_of(self, letter: int) -> int:
        """The number of the page that the letter at this place stands on."""
        return bisect_right(self._starts, letter)

    def end_of(self, page: int) -> int:
        """The place after the last letter of this page."""
        return self._starts[page] if page < len(self._starts) else len(self.letters)

    def box(self, start: int, end: int) -> BBox:
        """The box around the letters from `start` to before `end`, which stand on one page."""
        number = self.page_of(start)
        first, last = self._characters[start], self._characters[end - 1]
        _, text = self._opened(number)
        boxes = list(_boxes(text, first, last - first + 1, self.sheets[number - 1].height))
        return _rounded(reduce(BBox.union, boxes)) if boxes else self.sheets[number - 1].box

    def pictures(self, page: int) -> list[BBox]:
        """The boxes of the pictures on a page, in the order in which they are drawn."""
        opened, _ = self._opened(page)
        sides = [one.get_bounds() for one in opened.get_objects(filter=[pdfium_raw.FPDF_PAGEOBJ_IMAGE], max_depth=1)]
        height = self.sheets[page - 1].height
        return [_rounded(BBox(left, height - top, right - left, top - bottom)) for left, bottom, right, top in sides]

    def _opened(self, number: int) -> tuple[Any, Any]:
        """A page and its text. It stays open until another one is asked for: blocks that follow each other share pages."""
        if self._open is None or self._open[0] != number:
            self.close()
            page = self._document[number - 1]
            self._open = number, page, page.get_textpage()
        return self._open[1], self._open[2]

    def _letters(self, text: Any) -> Iterator[str]:
        """The letters of a page; remembers the character that each belongs to."""
        for index, character in enumerate(_characters(text)):
            found = letters_of(character)
            if found:
                self._characters.extend([index] * len(found))
                yield found


@contextmanager
def printed_text(source: Source) -> Iterator[PrintedText]:
    """The text of a PDF, for as long as the context lasts. Raises `DocumentError` (`corrupt_file`)."""
    try:
        document = pdfium.PdfDocument(source.path)
    except pdfium.PdfiumError as problem:
        raise DocumentError(f"{source.file_name} was printed to a PDF that cannot be read: {problem}") from None
    with closing(document), closing(PrintedText(document)) as text:
        yield text


def _characters(text: Any) -> str:
    """The characters of a page, each at its own index: in one call, or one by one where some take two places."""
    count = text.count_chars()
    units = (ctypes.c_ushort * (count + 1))()
    got = pdfium_raw.FPDFText_GetText(text, 0, count, units)
    found = bytes(units)[: 2 * max(0, got - 1)].decode("utf-16-le", "replace")
    if len(found) == count:
        return found
    return "".join(chr(pdfium_raw.FPDFText_GetUnicode(text, index)) for index in range(count))


def _boxes(text: Any, first: int, count: int, height: float) -> Iterator[BBox]:
    """The boxes of a run of characters, one for each piece of a line."""
    sides = [ctypes.c_double() for _ in range(4)]
    for index in range(pdfium_raw.FPDFText_CountRects(text, first, count)):
        pdfium_raw.FPDFText_GetRect(text, index, *sides)
        left, top, right, bottom = (side.value for side in sides)
        yield BBox(left, height - top, right - left, top - bottom)


def _rounded(box: BBox) -> BBox:
    return BBox(round(box.left, 2), round(box.top, 2), round(box.width, 2), round(box.height, 2))
