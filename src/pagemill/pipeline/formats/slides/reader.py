"""PPTX files."""

from collections.abc import Iterator
from contextlib import contextmanager

from lxml import etree

from pagemill.domain.document import Block, BlockKind, PageContent, TextSource
from pagemill.domain.errors import DocumentError
from pagemill.domain.limits import Limits
from pagemill.pipeline.formats.cells import CellBudget
from pagemill.pipeline.formats.flow import NOWHERE
from pagemill.pipeline.formats.native import NativeReader, OpenFile
from pagemill.pipeline.formats.open_xml.names import find, named, value, whole_number
from pagemill.pipeline.formats.open_xml.package import Package, opened_package
from pagemill.pipeline.formats.slides.items import SPEAKER_NOTES
from pagemill.pipeline.formats.slides.placeholders import kind_of
from pagemill.pipeline.formats.slides.placement import EMU_A_POINT
from pagemill.pipeline.formats.slides.shapes import SlideShapes
from pagemill.pipeline.formats.slides.text import paragraphs
from pagemill.pipeline.source import Source


class SlidesReader(NativeReader):
    """Reads PPTX files: a page a slide, hidden slides too; slide numbers, dates and footers are left out."""

    @contextmanager
    def opened(self, source: Source, limits: Limits) -> Iterator[OpenFile]:
        """The file, open. Raises `DocumentError`."""
        with opened_package(source, limits) as package:
            yield _Slides(package)


class _Slides:
    def __init__(self, package: Package) -> None:
        self._package = package
        self._part, root = package.main("p:presentation", "presentation")
        listed = find(root, "p:sldIdLst")
        self._slides = [value(one, "", "r:id") for one in listed] if listed is not None else []
        self._size = _size(root)
        self.page_count = len(self._slides)
        self.title = package.title

    def page(self, number: int, budget: CellBudget) -> PageContent:
        slide = self._package.target(self._part, self._slides[number - 1])
        if not slide:
            raise DocumentError(f"Slide {number} of {self._package.file_name} is missing", page=number)
        shapes = SlideShapes(self._package, slide, 1 if number == 1 else 2, budget)
        blocks = shapes.blocks(find(self._package.root(slide), "p:cSld/p:spTree"))
        blocks += self._notes(slide)
        source = TextSource.NATIVE if any(block.text for block in blocks) else TextSource.NONE
        return PageContent(number, *self._size, source, tuple(blocks))

    def _notes(self, slide: str) -> list[Block]:
        root = self._package.root_if_any(self._package.related(slide, "notesSlide"))
        shapes = root.iter(named("p:sp")) if root is not None else ()
        said = (one.text for shape in shapes if kind_of(shape) == "body" for one in paragraphs(find(shape, "p:txBody")))
        text = "\n".join(said)
        return [Block(BlockKind.PARAGRAPH, f"{SPEAKER_NOTES} {text}", NOWHERE)] if text else []


def _size(presentation: etree._Element) -> tuple[float, float]:
    """Width and height of every slide, in points."""
    width, height = (whole_number(value(presentation, "p:sldSz", name)) for name in ("cx", "cy"))
    return max(0, width) / EMU_A_POINT, max(0, height) / EMU_A_POINT
