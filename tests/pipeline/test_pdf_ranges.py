"""A file read whole, in ranges or page by page says the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pagemill.domain.limits import Limits
from pagemill.domain.options import Options
from pagemill.pipeline.formats.pdf.lite import _ranges
from pagemill.pipeline.run import Facts, Source, assemble, read, render
from pagemill.pipeline.source import PAGE_COUNT
from tests.pipeline.made import paragraph, parse, silent

PDF = "application/pdf"
PROSE = "The quick brown fox jumps over the lazy dog, and nobody in the village minds it at all. " * 4


@pytest.fixture
def book(make_pdf):
    """Twelve pages with a running header and page numbers; the headings of a chapter are on its first page only."""

    def furnish(canvas, template):
        canvas.setFont("Helvetica", 9)
        canvas.drawString(72, 800, "A History of Mills")
        canvas.drawCentredString(297, 30, f"Page {canvas.getPageNumber()} of 12")

    pages = []
    for number in range(1, 13):
        heads = [paragraph(f"Chapter {number // 4 + 1}", "Heading1")] if number % 4 == 1 else []
        pages.append([*heads, paragraph(f"Section {number}", "Heading2"), *[paragraph(PROSE) for _ in range(4)]])
    return make_pdf(*pages, furnish=furnish)


def in_ranges(path, size):
    source = Source(str(path), path.name, PDF)
    pages = []
    for first in range(1, 13, size):
        pages += read(source, Options(), Limits(), silent, first=first, last=first + size - 1).pages
    return assemble(pages, Facts(path.name, PDF, 12), Options(), {})


def outline(document):
    return [(one.page, one.type, one.level, one.text) for one in document.segments if one.level]


@pytest.mark.parametrize("size", [1, 2, 5])
def test_headings_and_running_headers_are_the_same_whole_or_in_ranges(book, size):
    whole, ranges = parse(book, PDF).document, in_ranges(book, size)

    assert outline(ranges) == outline(whole)
    assert len(outline(whole)) == 15
    margins = [one.text for one in whole.segments if one.type in ("PageHeader", "PageFooter")]
    assert margins == [text for page in range(1, 13) for text in ("A History of Mills", f"Page {page} of 12")]
    assert [one.type for one in ranges.segments] == [one.type for one in whole.segments]


def test_running_headers_stay_out_of_the_text_and_the_chunks(book):
    parsed = parse(book, PDF)

    for rendition in (
        parsed.renditions.markdown,
        parsed.renditions.html,
        parsed.renditions.text,
        parsed.renditions.chunks,
    ):
        assert b"A History of Mills" not in rendition
        assert b"of 12" not in rendition


def test_page_by_page_names_each_page_before_it_begins(book):
    begun = []
    source = Source(str(book), book.name, PDF)

    reading = read(source, Options(pages="2-4,9"), Limits(), lambda *step: begun.append(step), page_by_page=True)

    assert begun == [(PAGE_COUNT, 12), ("read", 2), ("read", 3), ("read", 4), ("read", 9)]
    assert [page.number for page in reading.pages] == [2, 3, 4, 9]
    assert reading.page_count == 12


def test_the_same_file_gives_the_same_bytes(book):
    assert parse(book, PDF).renditions == parse(book, PDF).renditions


def test_a_failed_page_is_named_and_the_others_are_there(book):
    source = Source(str(book), book.name, PDF)
    reading = read(source, Options(pages="1-3"), Limits(), silent)

    document = assemble(reading.pages, Facts(book.name, PDF, 3), Options(), {2: "page_timeout"})

    assert document.failed_pages == (2,)
    assert [(page.number, page.error) for page in document.pages] == [(1, ""), (2, "page_timeout"), (3, "")]
    assert {segment.page for segment in document.segments} == {1, 3}
    assert render(document, Options()).json


@settings(max_examples=50)
@given(st.sets(st.integers(1, 60)))
def test_page_ranges_name_exactly_the_pages_asked_for(numbers):
    named = []
    for part in filter(None, _ranges(sorted(numbers)).split(",")):
        first, last = map(int, part.split("-"))
        named += range(first, last + 1)

    assert named == sorted(numbers)
