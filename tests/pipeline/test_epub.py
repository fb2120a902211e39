"""A book is read a chapter a page, in the order and under the names that it gives itself."""

import random
import zipfile

import pytest

from pagemill.domain.errors import DocumentError
from pagemill.domain.formats import EPUB
from pagemill.domain.limits import Limits
from pagemill.domain.options import Options
from pagemill.pipeline.run import Source, read
from tests.pipeline.made import parse, silent

CONTAINER = '<container xmlns="urn:x"><rootfiles><rootfile full-path="book/my.opf"/></rootfiles></container>'
CHAPTERS = {
    "cover": "<img src='cover.jpg' alt=''/>",
    "one": "<h1>Rye</h1><p>Rye is a <i/>grain.</p><script src='x.js'/><p>It is tall.</p><img src='rye.png' alt='A field'/>",
    "two": "<p>Oats feed horses.</p>",
    "three": "<h2>Barley</h2><p>水車は\n粉を挽く。</p>",
}
NAVIGATION = (
    '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><nav epub:type="toc"><ol>'
    '<li><a href="text/one.xhtml">The Rye</a></li><li><a href="text/one.xhtml#a">Part</a></li>'
    '<li><a href="text/th%72ee.xhtml#x">a</a><a href="text/three.xhtml#y">b</a></li></ol></nav></html>'
)
NCX = (
    '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel><text>Of Oats</text></navLabel>'
    '<content src="text/two.xhtml#top"/></navPoint></navMap></ncx>'
)


def page(body):
    return f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>{body}</body></html>'


def book(chapters, order):
    items = "".join(
        f'<item id="{name}" href="text/{name}.xhtml" media-type="application/xhtml+xml"/>' for name in chapters
    )
    spine = "".join(f'<itemref idref="{name}"/>' for name in order)
    return (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="urn:dc"><dc:title>Of  Grain</dc:title></metadata>'
        f'<manifest>{items}<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
        '<item id="pic" href="pic.svg" media-type="image/svg+xml"/></manifest>'
        f'<spine toc="ncx">{spine}<itemref idref="pic"/><itemref idref="gone"/></spine></package>'
    )


@pytest.fixture
def epub(tmp_path):
    def make(more=None, order=("cover", "one", "two", "three"), without=()):
        parts = {"mimetype": EPUB, "META-INF/container.xml": CONTAINER, "book/my.opf": book(CHAPTERS, order)}
        parts |= {f"book/text/{name}.xhtml": page(body) for name, body in CHAPTERS.items()}
        parts |= {"book/nav.xhtml": NAVIGATION, "book/toc.ncx": NCX} | (more or {})
        path = tmp_path / "grain.epub"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            for name, content in parts.items():
                if name not in without:
                    file.writestr(name, content)
        return path

    return make


def source(path):
    return Source(str(path), path.name, EPUB)


def code_of(path, limits=None):
    with pytest.raises(DocumentError) as caught:
        read(source(path), Options(), limits or Limits(), silent)
    return caught.value.code


def test_each_chapter_is_a_page_under_its_name(epub):
    parsed = parse(epub(), EPUB)

    assert [(one.number, one.name) for one in parsed.document.pages] == [(1, "The Rye"), (2, "Of Oats"), (3, "Barley")]
    assert [(one.page, str(one.type), one.text) for one in parsed.document.segments] == [
        (1, "Title", "Rye"),
        (1, "Text", "Rye is a grain."),
        (1, "Text", "It is tall."),
        (1, "Picture", "A field"),
        (2, "Text", "Oats feed horses."),
        (3, "SectionHeader", "Barley"),
        (3, "Text", "水車は粉を挽く。"),
    ]
    assert parsed.reading.title == "Of Grain"


def test_the_order_is_that_of_the_spine(epub):
    parsed = parse(epub(order=("three", "one")), EPUB)

    assert [one.name for one in parsed.document.pages] == ["Barley", "The Rye"]


def test_pages_and_ranges_are_chapters(epub):
    path = epub()

    assert [one.number for one in parse(path, EPUB, pages="2-3").reading.pages] == [2, 3]
    part = read(source(path), Options(), Limits(), silent, first=2, last=2)
    assert (part.page_count, [one.number for one in part.pages]) == (3, [2])


def test_navigation_with_text_is_a_page_if_it_is_in_the_spine(epub):
    assert parse(epub(order=("nav", "two")), EPUB).document.page_count == 2


def locked(method, part):
    return {
        "META-INF/encryption.xml": '<encryption xmlns:e="urn:e"><e:EncryptedData>'
        f'<e:EncryptionMethod Algorithm="{method}"/><e:CipherData><e:CipherReference URI="{part}"/></e:CipherData>'
        "</e:EncryptedData></encryption>"
    }


def test_a_locked_book_is_refused_and_scrambled_fonts_do_not_matter(epub):
    font = locked("http://www.idpf.org/2008/embedding", "book/font.otf")

    assert (
        code_of(epub(locked("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "book/text/one.xhtml")))
        == "unsupported_format"
    )
    assert parse(epub(font), EPUB).document.page_count == 3


@pytest.mark.parametrize(
    ("more", "without", "code"),
    [
        ({}, ("book/my.opf",), "corrupt_file"),
        ({"book/my.opf": "<package"}, (), "corrupt_file"),
        ({"book/my.opf": "<package/>"}, (), "empty_file"),
        ({}, tuple(f"book/text/{name}.xhtml" for name in CHAPTERS), "empty_file"),
        ({f"book/text/{name}.xhtml": page("") for name in CHAPTERS}, (), "empty_file"),
        ({"book/text/two.xhtml": page("a" * 40_000_000)}, (), "unpacks_too_large"),
    ],
)
def test_what_is_no_book_is_refused(epub, more, without, code):
    assert code_of(epub(more, without=without)) == code


def test_a_damaged_table_of_contents_costs_only_the_names(epub):
    parsed = parse(epub({"book/nav.xhtml": "<nav>&nbsp;", "book/toc.ncx": "<"}), EPUB)

    assert [one.name for one in parsed.document.pages] == ["Rye", "", "Barley"]


def test_entities_are_not_expanded(epub):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + book(CHAPTERS, ("one",)).replace(
        "Of  Grain", "&b;"
    )

    assert "aaaa" not in parse(epub({"book/my.opf": bomb}), EPUB).reading.title


def test_whatever_is_damaged_ends_in_a_document_error(epub):
    rng = random.Random(5)
    path = epub()
    whole = path.read_bytes()
    codes = set()
    for _ in range(200):
        damaged = bytearray(whole[: rng.randrange(1, len(whole))] if rng.random() < 0.3 else whole)
        for _ in range(rng.randrange(1, 10)):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        path.write_bytes(damaged)
        try:
            parse(path, EPUB)
            codes.add("read")
        except DocumentError as problem:
            codes.add(problem.code)
    assert codes <= {
        "read",
        "corrupt_file",
        "empty_file",
        "unpacks_too_large",
        "password_required",
        "unsupported_format",
    }
