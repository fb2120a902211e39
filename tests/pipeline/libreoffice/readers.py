"""The native readers that stand in for those of Pagemill: python-docx and python-pptx, one block a paragraph or slide."""

import io

import docx
import pptx

from pagemill.domain.document import BBox, Block, BlockKind, PageContent, TextSource
from pagemill.domain.formats import DOCX
from pagemill.pipeline.formats.flow import NOWHERE, FlowReader
from pagemill.pipeline.source import Reading


class PlainWordReader(FlowReader):
    def flow(self, data):
        return tuple(
            _block(paragraph) for paragraph in docx.Document(io.BytesIO(data)).paragraphs if paragraph.text
        ), ""


class PlainSlidesReader(FlowReader):
    def flow(self, data):
        raise NotImplementedError

    def read(self, source, options, limits, progress, span, *, page_by_page):
        box = BBox(10.0, 10.0, 100.0, 20.0)
        slides = pptx.Presentation(source.path).slides
        pages = tuple(
            PageContent(
                number, 720.0, 540.0, TextSource.NATIVE, (Block(BlockKind.HEADING, slide.shapes.title.text, box, 1),)
            )
            for number, slide in enumerate(slides, start=1)
        )
        return Reading(len(pages), pages, ())


def reader_for(source):
    return PlainWordReader() if source.media_type == DOCX else PlainSlidesReader()


def _block(paragraph) -> Block:
    heading = paragraph.style.name.startswith("Heading")
    return Block(BlockKind.HEADING if heading else BlockKind.PARAGRAPH, paragraph.text, NOWHERE, int(heading))
