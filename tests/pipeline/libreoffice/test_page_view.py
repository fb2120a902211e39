"""Office files with page images: the file's own structure, on the pages that are drawn."""

import io
from pathlib import Path

import docx
import msgspec
import pytest
from PIL import Image

from pagemill.domain.document import Block, BlockKind, SegmentType, TextSource
from pagemill.domain.errors import DocumentError
from pagemill.domain.formats import DOC, DOCX, PPT, PPTX
from pagemill.domain.limits import Limits
from pagemill.domain.options import parse_options
from pagemill.pipeline.formats.libreoffice.legacy import LegacyReader
from pagemill.pipeline.formats.libreoffice.page_view import PageView
from pagemill.pipeline.formats.reader import Span
from pagemill.pipeline.formats.registry import reader_for
from pagemill.pipeline.formats.slides.reader import SlidesReader
from pagemill.pipeline.formats.word.reader import WordReader
from pagemill.pipeline.run import Facts, assemble
from pagemill.pipeline.source import Reading, Source
from tests.office import old_slides_file, old_word_file, slides_file, word_file

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("office")]

WHOLE = Span()
LEGACY = LegacyReader(reader_for)
SENTENCE = "Every page of this book says something else, and this one says"


class Seen:
    """A file read with page images, and the images."""

    def __init__(self, reader, path: Path, media_type: str, span: Span = WHOLE, **options) -> None:
        source = Source(str(path), path.name, media_type)
        view = PageView(reader)
        self.told: list[tuple[str, int]] = []
        wanted = parse_options({"page_images": True, **options})
        self.reading: Reading = view.read(
            source, wanted, Limits(), lambda *told: self.told.append(told), span, page_by_page=False
        )
        numbers = range(1, self.reading.page_count + 1)
        self.images = {
            number: Image.open(io.BytesIO(png)) for number, png in view.page_images(source, Limits(), numbers)
        }

    def texts(self) -> list[list[str]]:
        return [[block.text for block in page.blocks] for page in self.reading.pages]


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Seen:
    path = tmp_path_factory.mktemp("book") / "book.docx"
    pages = (("# One", f"{SENTENCE} one.", ""), ("# Two", f"{SENTENCE} two.", ""), ("# Three", f"{SENTENCE} three."))
    return Seen(WordReader(), word_file(path, *(text for page in pages for text in page)), DOCX)


def test_blocks_stand_on_the_pages_on_which_they_are_printed(book):
    assert book.texts() == [[number.title(), f"{SENTENCE} {number}."] for number in ("one", "two", "three")]
    assert [page.source for page in book.reading.pages] == [TextSource.NATIVE] * 3


def test_kinds_and_levels_stay_as_the_file_says(book):
    assert [[(b.kind, b.level) for b in page.blocks] for page in book.reading.pages] == [
        [("heading", 2), ("paragraph", 0)]
    ] * 3


def test_pages_have_their_printed_sizes_and_boxes_lie_on_them_from_top_to_bottom(book):
    for page in book.reading.pages:
        assert (page.width, page.height) == (612.0, 792.0)
        heading, text = (block.bbox for block in page.blocks)
        assert 60 < heading.top < heading.bottom <= text.top < text.bottom < 200
        assert 70 < text.left < text.right < page.width - 70


def test_every_page_is_drawn_and_there_is_ink_in_each_box(book):
    assert sorted(book.images) == [1, 2, 3]
    for page in book.reading.pages:
        image = book.images[page.number].convert("L")
        scale = image.width / page.width
        for box in (block.bbox for block in page.blocks):
            corners = (box.left, box.top, box.right, box.bottom)
            assert image.crop(tuple(round(scale * side) for side in corners)).getextrema()[0] < 128


def test_the_page_count_and_the_conversion_are_told(book):
    assert ("convert", 1) in book.told
    assert book.told[-1] == ("pages", 3)


def test_a_block_over_two_pages_stands_on_the_first_and_one_that_is_not_printed_by_its_neighbour(tmp_path):
    class WithAGhost(WordReader):
        def read(self, *arguments, page_by_page):
            reading = super().read(*arguments, page_by_page=page_by_page)
            (page,) = reading.pages
            text = "This is written in invisible ink, and so it is not printed."
            ghost = msgspec.structs.replace(page.blocks[0], text=text)
            page = msgspec.structs.replace(page, blocks=(*page.blocks, ghost))
            return msgspec.structs.replace(reading, pages=(page,))

    long = " ".join(f"{SENTENCE} {number}." for number in range(120))
    seen = Seen(WithAGhost(), word_file(tmp_path / "long.docx", "# Long", long, "The end."), DOCX)
    first, *_, last = seen.texts()
    assert (first, last[0]) == (["Long", long], "The end.")
    end, ghost = seen.reading.pages[-1].blocks
    assert ghost.bbox == end.bbox


def test_a_heading_atop_every_page_is_no_running_header(tmp_path):
    chapters = [text for number in range(1, 5) for text in (f"# Chapter {number}", f"{SENTENCE} {number}.", "")]
    reading = Seen(WordReader(), word_file(tmp_path / "book.docx", *chapters), DOCX).reading
    document = assemble(reading.pages, Facts("book.docx", DOCX, reading.page_count), parse_options({}), {})
    headings = [(segment.text, segment.page) for segment in document.segments if segment.type != SegmentType.TEXT]
    assert headings == [(f"Chapter {number}", number) for number in range(1, 5)]


def test_only_the_pages_asked_for_are_given(tmp_path):
    path = word_file(tmp_path / "two.docx", "First.", "", "Second.")
    seen = Seen(WordReader(), path, DOCX, pages="2")
    assert (seen.reading.page_count, seen.texts()) == (2, [["Second."]])
    assert Seen(WordReader(), path, DOCX, Span(1, 1)).texts() == [["First."]]
    with pytest.raises(DocumentError) as caught:
        Seen(WordReader(), path, DOCX, pages="3")
    assert caught.value.code == "no_such_pages"


def test_slides_keep_their_own_pages_and_get_pictures(tmp_path):
    path = slides_file(tmp_path / "talk.pptx", ["First", "Hidden", "Last"], hidden=[1])
    seen = Seen(SlidesReader(), path, PPTX)
    assert seen.texts() == [["First"], ["Hidden"], ["Last"]]
    assert seen.reading.pages[0].blocks[0].bbox.left == 36.0
    assert [image.size for image in seen.images.values()] == [(1000, 750)] * 3


def test_old_files_are_read_like_new_ones(tmp_path):
    book = Seen(LEGACY, old_word_file(tmp_path / "old.doc", "# One", "First.", "", "Second."), DOC)
    assert (book.texts(), len(book.images)) == ([["One", "First."], ["Second."]], 2)
    talk = Seen(LEGACY, old_slides_file(tmp_path / "old.ppt", ["First", "Second"]), PPT)
    assert (talk.texts(), len(talk.images)) == ([["First"], ["Second"]], 2)


def test_without_page_images_nothing_is_printed(tmp_path):
    path = word_file(tmp_path / "plain.docx", "First.", "", "Second.")
    source = Source(str(path), path.name, DOCX)
    reading = PageView(WordReader()).read(
        source, parse_options({}), Limits(), lambda *_: None, Span(), page_by_page=False
    )
    assert [(page.number, page.width) for page in reading.pages] == [(1, 0.0)]


def test_a_picture_stands_where_it_is_drawn(tmp_path):
    Image.new("RGB", (300, 150), "navy").save(tmp_path / "picture.png")
    document = docx.Document()
    document.sections[0].header.paragraphs[0].add_run().add_picture(str(tmp_path / "picture.png"), docx.shared.Pt(40))
    document.add_paragraph(f"{SENTENCE} one.")
    document.add_picture(str(tmp_path / "picture.png"), docx.shared.Pt(200))
    document.add_paragraph(f"{SENTENCE} two.")
    document.save(str(tmp_path / "picture.docx"))

    class WithPicture(WordReader):
        def flow(self, data):
            (first, last), title = super().flow(data)
            return (first, Block(BlockKind.FIGURE, "", first.bbox), last), title

    ((first, figure, last),) = (
        page.blocks for page in Seen(WithPicture(), tmp_path / "picture.docx", DOCX).reading.pages
    )
    assert first.bbox.bottom <= figure.bbox.top < figure.bbox.bottom <= last.bbox.top
    assert (round(figure.bbox.width), round(figure.bbox.height)) == (200, 100)
