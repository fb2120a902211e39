"""What a file becomes: pages, blocks as they were read, and the finished document.

Every length is in PDF points at 72 dpi, with the origin at the top left of the page as displayed.
Page numbers count from 1.
"""

from enum import StrEnum
from typing import Self

import msgspec


class BBox(msgspec.Struct, frozen=True):
    """A rectangle on a page: `left` and `top` of its corner, `width` and `height`, all in points and >= 0."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right edge, in points."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The y of the bottom edge, in points."""
        return self.top + self.height

    @property
    def area(self) -> float:
        """Square points."""
        return self.width * self.height

    def union(self, other: Self) -> "BBox":
        """The smallest box that holds both."""
        left, top = min(self.left, other.left), min(self.top, other.top)
        return BBox(left, top, max(self.right, other.right) - left, max(self.bottom, other.bottom) - top)

    def overlap(self, other: Self) -> float:
        """The area both share, in square points; 0 if they are apart."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, across) * max(0.0, down)


class SegmentType(StrEnum):
    """The twelve kinds of layout segment, with the names that Chunkr's clients know."""

    TITLE = "Title"
    SECTION_HEADER = "SectionHeader"
    TEXT = "Text"
    LIST_ITEM = "ListItem"
    TABLE = "Table"
    PICTURE = "Picture"
    CAPTION = "Caption"
    FORMULA = "Formula"
    FOOTNOTE = "Footnote"
    PAGE_HEADER = "PageHeader"
    PAGE_FOOTER = "PageFooter"
    PAGE = "Page"


class Word(msgspec.Struct, frozen=True, omit_defaults=True):
    """One word where it stands. `confidence` is 0-1 for a recognised word and None for one from the file's own text."""

    text: str
    bbox: BBox
    confidence: float | None = None


class Cell(msgspec.Struct, frozen=True, omit_defaults=True):
    """One table cell; rows and columns count from 0, spans from 1."""

    row: int
    column: int
    text: str
    row_span: int = 1
    column_span: int = 1
    header: bool = False
    bbox: BBox | None = None


class Table(msgspec.Struct, frozen=True):
    """A table as its cells, in row order, then column order; each cell stands once, at its top-left position."""

    row_count: int
    column_count: int
    cells: tuple[Cell, ...]


class SheetCell(msgspec.Struct, frozen=True, omit_defaults=True):
    """A cell of a spreadsheet that holds something. `range` is its place as a spreadsheet writes it (`B3`, `B3:C4` if merged).

    `text` is what the sheet shows, `value` what is stored if that is no text (a date as ISO 8601), `formula` without the
    equals sign.
    """

    range: str
    text: str
    value: str | float | bool | None = None
    formula: str = ""
    hyperlink: str = ""


class SheetPart(msgspec.Struct, frozen=True, omit_defaults=True):
    """The part of a spreadsheet that a block came from: the sheet's name, its range (`A1:D20`), its cells in row order."""

    sheet_name: str
    range: str
    cells: tuple[SheetCell, ...]


class BlockKind(StrEnum):
    """What a reader took a block for, before the whole document was seen."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    CODE = "code"
    TABLE = "table"
    FIGURE = "figure"
    CAPTION = "caption"
    FORMULA = "formula"
    FOOTNOTE = "footnote"


class Block(msgspec.Struct, frozen=True, omit_defaults=True):
    """A piece of a page as a reader found it, in reading order; `assemble` decides what it is in the document.

    `level` is the heading level (1-6) or the nesting depth of a list item (from 0). `font_size` is in points, 0 if unknown.
    `marker` is a list item's own marker. `confidence` (0-1) is None for text that was not recognised from an image.
    """

    kind: BlockKind
    text: str
    bbox: BBox
    level: int = 0
    font_size: float = 0.0
    bold: bool = False
    ordered: bool = False
    marker: str = ""
    confidence: float | None = None
    table: Table | None = None
    words: tuple[Word, ...] = ()
    sheet: SheetPart | None = None


class TextSource(StrEnum):
    """Where a page's text came from: the file itself, recognition, or nowhere."""

    NATIVE = "native"
    OCR = "ocr"
    NONE = "none"


class PageContent(msgspec.Struct, frozen=True, omit_defaults=True):
    """One page as read: the unit that page jobs write and `assemble` reads. `rotation` is in degrees clockwise, as applied.

    `image` is the page's PNG, when page images were asked for: its name inside the result's folder. `name` is what the file
    calls the page: a sheet, a chapter, an attachment; "" for pages that only have a number.
    """

    number: int
    width: float
    height: float
    source: TextSource
    blocks: tuple[Block, ...] = ()
    rotation: int = 0
    image: str = ""
    name: str = ""


class Page(msgspec.Struct, frozen=True, omit_defaults=True):
    """A page of the finished document; `error` is the code of what went wrong, for a page that could not be read."""

    number: int
    width: float
    height: float
    source: TextSource
    rotation: int = 0
    image: str = ""
    error: str = ""
    name: str = ""


class Segment(msgspec.Struct, frozen=True, omit_defaults=True):
    """One layout segment. `id` is stable: the same file and options give the same ids.

    `text` is plain, `markdown` and `html` are rendered (HTML is safe to show). `level` is the heading level or list depth.
    A segment of a spreadsheet says from where it is: `ss_sheet_name`, `ss_range` and `ss_cells`, named as Chunkr names them.
    """

    id: str
    type: SegmentType
    page: int
    bbox: BBox
    text: str
    markdown: str = ""
    html: str = ""
    level: int = 0
    confidence: float | None = None
    table: Table | None = None
    words: tuple[Word, ...] = ()
    ss_sheet_name: str = ""
    ss_range: str = ""
    ss_cells: tuple[SheetCell, ...] = ()


class PageBox(msgspec.Struct, frozen=True):
    """A place to cite: a box on a page."""

    page: int
    bbox: BBox


class Chunk(msgspec.Struct, frozen=True, omit_defaults=True):
    """A piece for retrieval: never empty, never more than one piece of a segment twice.

    `length` counts in the unit the options name; `headings` is the path of headings above, outermost first.
    """

    id: str
    text: str
    length: int
    segments: tuple[str, ...]
    pages: tuple[int, ...]
    headings: tuple[str, ...] = ()
    boxes: tuple[PageBox, ...] = ()


class StageTiming(msgspec.Struct, frozen=True):
    """How long a named stage took, in seconds."""

    stage: str
    seconds: float


class Document(msgspec.Struct, frozen=True, omit_defaults=True):
    """The result of a task: everything that was found, in reading order. `failed_pages` names the pages that are missing."""

    file_name: str
    media_type: str
    page_count: int
    pages: tuple[Page, ...]
    segments: tuple[Segment, ...]
    chunks: tuple[Chunk, ...]
    title: str = ""
    failed_pages: tuple[int, ...] = ()
