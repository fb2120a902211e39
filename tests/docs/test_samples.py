"""The sample documents are what they say they are, and the same every time."""

from pathlib import Path

import numpy as np
import pypdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from samples.demo_files import make_demo_files
from samples.large import make_large_pdf, scanned_page_numbers

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def demo_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {path.name: path for path in make_demo_files(tmp_path_factory.mktemp("samples") / "new" / "folder")}


def test_there_is_one_demo_file_of_each_kind(demo_files):
    assert sorted(path.suffix for path in demo_files.values()) == [".html", ".md", ".pdf", ".pdf", ".png"]


def test_the_demo_files_are_the_same_every_time(demo_files, tmp_path):
    again = make_demo_files(tmp_path)
    assert [path.name for path in again if path.read_bytes() != demo_files[path.name].read_bytes()] == []


def test_the_article_carries_its_own_text_in_two_columns(demo_files):
    page = pypdfium2.PdfDocument(demo_files["paper-sizes.pdf"])[0].get_textpage()
    assert "841 × 1189" in page.get_text_bounded()
    assert _left_of("1 A letter from", page) < page.page.get_width() / 2 < _left_of("4 Weight for free", page)


def test_a_scanned_page_is_an_image_and_has_no_text(demo_files):
    pages = pypdf.PdfReader(demo_files["vat-book-scan.pdf"]).pages
    assert [(page.extract_text(), len(page.images)) for page in pages] == [("", 1)] * 3


def test_the_photograph_is_darker_away_from_the_window(demo_files):
    grey = np.asarray(Image.open(demo_files["recipe-photo.png"]).convert("L"), dtype=float)
    near, far = grey[250:350, 300:400].mean(), grey[1600:1700, 1200:1300].mean()
    assert grey.shape == (2000, 1500)
    assert near > far + 40


def test_the_large_file_has_its_scans_where_it_says(tmp_path):
    path = make_large_pdf(tmp_path / "large.pdf", pages=40, scanned=4)
    without_text = {n for n, page in enumerate(pypdf.PdfReader(path).pages, 1) if not page.extract_text()}
    assert without_text == scanned_page_numbers(40, 4) == {6, 16, 26, 36}
    assert make_large_pdf(tmp_path / "again.pdf", pages=40, scanned=4).read_bytes() == path.read_bytes()


def test_the_large_file_stays_small_because_scans_are_shared(tmp_path):
    path = make_large_pdf(tmp_path / "large.pdf", pages=120, scanned=60)
    assert path.stat().st_size < 3_000_000


@given(st.integers(0, 3000).flatmap(lambda pages: st.tuples(st.just(pages), st.integers(0, pages))))
def test_as_many_pages_are_scans_as_were_asked_for(numbers):
    pages, scanned = numbers
    chosen = scanned_page_numbers(pages, scanned)
    assert len(chosen) == scanned
    assert all(1 <= number <= pages for number in chosen)


def test_more_scans_than_pages_are_refused():
    with pytest.raises(ValueError, match="5 of 4 pages"):
        scanned_page_numbers(4, 5)


def _left_of(heading: str, page: pypdfium2.PdfTextPage) -> float:
    first_character, _count = page.search(heading).get_next()
    return page.get_charbox(first_character)[0]
