"""Damaged, locked, empty and oversized PDFs end with the code that says so."""

import pytest
from pypdf import PdfReader, PdfWriter

from pagemill.domain.errors import DocumentError
from pagemill.domain.limits import Limits
from pagemill.domain.options import Options, parse_options
from pagemill.pipeline.run import Source, page_images, read
from tests.pipeline.made import paragraph, parse, silent

PDF = "application/pdf"
PROSE = "The quick brown fox jumps over the lazy dog, and nobody in the village minds it at all. " * 4


def failure(path, limits=None, password="", **given):
    with pytest.raises(DocumentError) as caught:
        read(Source(str(path), path.name, PDF, password), parse_options(given), limits or Limits(), silent)
    return caught.value.code


@pytest.fixture
def three_pages(make_pdf):
    return make_pdf(*([paragraph(PROSE + f"This is page {number}.")] for number in (1, 2, 3)))


@pytest.fixture
def locked(three_pages, tmp_path):
    writer = PdfWriter(clone_from=PdfReader(three_pages))
    writer.encrypt("sesame", algorithm="RC4-128")
    path = tmp_path / "locked.pdf"
    writer.write(path)
    return path


def test_an_encrypted_file_opens_with_its_password_only(locked):
    assert failure(locked) == "password_required"
    assert failure(locked, password="guess") == "wrong_password"
    assert parse(locked, PDF, password="sesame").texts("Text")[0].endswith("This is page 1.")


def test_a_password_that_nobody_asked_for_does_no_harm(three_pages):
    assert parse(three_pages, PDF, password="sesame").reading.page_count == 3


def test_a_file_without_pages_is_empty(tmp_path):
    path = tmp_path / "none.pdf"
    PdfWriter().write(path)

    assert failure(path) == "empty_file"


@pytest.mark.parametrize("share", [0.0, 0.02, 0.5])
def test_a_truncated_file_is_corrupt(three_pages, tmp_path, share):
    path = tmp_path / "cut.pdf"
    whole = three_pages.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])

    assert failure(path) == "corrupt_file"


def test_junk_is_corrupt(tmp_path):
    path = tmp_path / "junk.pdf"
    path.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 40)

    assert failure(path) == "corrupt_file"


def test_more_pages_than_the_limit_are_refused_unless_fewer_are_asked_for(three_pages):
    limits = Limits(max_pages=2)

    assert failure(three_pages, limits) == "too_many_pages"
    source = Source(str(three_pages), "x.pdf", PDF)
    assert len(read(source, Options(pages="2-3"), limits, silent).pages) == 2


def test_pages_beyond_the_end_are_not_there(three_pages):
    assert failure(three_pages, pages="7-9") == "no_such_pages"


def test_pictures_are_made_of_the_pages_that_exist(three_pages):
    source = Source(str(three_pages), "x.pdf", PDF)

    pictures = dict(page_images(source, Limits(), [2, 3, 9]))

    assert list(pictures) == [2, 3]
    assert all(png.startswith(b"\x89PNG") for png in pictures.values())


def test_a_kind_of_file_without_reader_is_unsupported(tmp_path):
    with pytest.raises(DocumentError) as caught:
        read(Source(str(tmp_path), "x.bin", "application/x-unknown"), Options(), Limits(), silent)

    assert caught.value.code == "unsupported_format"
