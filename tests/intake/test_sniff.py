"""What a file is: by its content, and by its name only where content cannot say."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pagemill.domain import formats
from pagemill.domain.errors import RequestError, UnsupportedFile
from pagemill.intake.sniff import sniff
from pagemill.pipeline.sniffing.glance import COMPOUND_MAGIC, HEAD_BYTES, Glance


def container(*names, mimetype="", method=zipfile.ZIP_STORED, padding=0):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        if mimetype:
            file.writestr(zipfile.ZipInfo("mimetype"), mimetype, method)
        for name in names:
            file.writestr(name, b"x" * padding)
    return buffer.getvalue()


def compound(*streams, directory_sector=0, size=0):
    """A compound file's header and directory, with `size` bytes of something else around them."""
    header = bytearray(COMPOUND_MAGIC + bytes(504))
    header[30:32] = (9).to_bytes(2, "little")
    header[48:52] = directory_sector.to_bytes(4, "little")
    entries = b"".join(entry(name, 5 if name == "Root Entry" else 2) for name in ("Root Entry", *streams))
    return bytes(header) + bytes(512 * directory_sector) + entries.ljust(512, b"\0") + bytes(size)


def entry(name, kind):
    text = (name + "\0").encode("utf-16-le")
    return text.ljust(64, b"\0") + len(text).to_bytes(2, "little") + bytes([kind]) + bytes(61)


def drawn(form):
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, form)
    return buffer.getvalue()


MAIL = (
    b"Received: from a by b;\r\n\tMon, 1 Jan 2024\r\nFrom: Ann <ann@example.org>\r\nSubject: Corn\r\n\r\nHello \xe9\r\n"
)
JAPANESE = "水車は川の流れを利用して粉を挽く機械である。古くから各地で使われてきた。\n"
CHINESE = "水車是一種利用水流來磨麵粉的機器。自古以來在各地使用，至今仍有保存。\n"
RUSSIAN = "Мельница стоит на берегу реки и мелет зерно. Она очень старая.\n"

KNOWN = [
    (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "a.pdf", formats.PDF),
    (b"%PDF-2.0\n", "a.txt", formats.PDF),
    (b"\x00junk" * 100 + b"%PDF-1.4\n", "scan", formats.PDF),
    (b"HTTP/1.1 200 OK\r\n\r\n%PDF-1.4\n", "scan.pdf", formats.PDF),
    (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a.pdf", formats.PNG),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a", formats.JPEG),
    (drawn("WEBP"), "a.png", formats.WEBP),
    (drawn("BMP"), "a", formats.BMP),
    (drawn("GIF"), "a.jpg", formats.GIF),
    (drawn("TIFF"), "a.txt", formats.TIFF),
    (b"<!DOCTYPE html><p>a", "a.txt", formats.HTML),
    (b"\xef\xbb\xbf  \n<!-- a --><!-- b -->\n<html lang='de'>", "page", formats.HTML),
    (b'<?xml version="1.0"?><!DOCTYPE html><html>', "page", formats.HTML),
    (b"<p>no head", "a.HTM", formats.HTML),
    (b"# Title\n\nabout <html> and %PDF-1.7", "a.md", formats.MARKDOWN),
    (b"# Title\n", "a.Markdown", formats.MARKDOWN),
    (b"Anything", "a.pdf", formats.PLAIN_TEXT),
    (b"BM is how a bitmap begins, and this text.", "a", formats.PLAIN_TEXT),
    (b"a,b\n1,2\n", "a.csv", formats.CSV),
    (b"a\tb\n1\t2\n", "a.TSV", formats.CSV),
    (b"a,b\n1,2\n", "a.txt", formats.PLAIN_TEXT),
    ("Grüße".encode("utf-16"), "a.txt", formats.PLAIN_TEXT),
    ("The mill stands by the river.".encode("utf-16-le"), "a.txt", formats.PLAIN_TEXT),
    ("The mill stands by the river.".encode("utf-16-be"), "a", formats.PLAIN_TEXT),
    ("<html><p>Grüße".encode("utf-16"), "a", formats.HTML),
    ("Die Prüfung der Größe übersteigt das Übliche; Äpfel für Jörg.".encode("cp1252"), "a.txt", formats.PLAIN_TEXT),
    (("x" * (HEAD_BYTES - 1) + "ü").encode()[:HEAD_BYTES], "a.txt", formats.PLAIN_TEXT),
    (MAIL, "note.txt", formats.EML),
    (b"\r\n" + MAIL, "a", formats.EML),
    (b"Subject: only\n\nthis", "a.eml", formats.EML),
    (b"no header \xff\nSubject: only\n\nthis", "a.eml", formats.EML),
    (b"The mill stands by the river and has for a hundred years. " * 4 + b"\x1a", "a.txt", formats.PLAIN_TEXT),
    (b"Subject: only\n\nthis", "a.txt", formats.PLAIN_TEXT),
    (b"Dear Ann,\nFrom: the mill\nTo: the river\nSubject: corn\n", "a", formats.PLAIN_TEXT),
    (b"title: Corn\ndate: 2024\nfrom: Ann\n", "notes.md", formats.MARKDOWN),
    (container("[Content_Types].xml", "_rels/.rels", "word/document.xml"), "a.pdf", formats.DOCX),
    (container("[Content_Types].xml", "word/a.xml", "ppt/b.xml", "ppt/c.xml"), "a", formats.PPTX),
    (container("[Content_Types].xml", "xl/workbook.xml", "word/x"), "a.xlsx", formats.XLSX),
    (container("content.xml", mimetype=formats.ODT), "a.zip", formats.ODT),
    (container(mimetype=formats.ODP + "-template"), "a.otp", formats.ODP),
    (container(mimetype=formats.ODS, method=zipfile.ZIP_DEFLATED), "a", formats.ODS),
    (container("META-INF/manifest.xml", "content.xml"), "a.ods", formats.ODS),
    (container("chapter.xhtml", mimetype=formats.EPUB), "a", formats.EPUB),
    (container("META-INF/container.xml"), "a", formats.EPUB),
    (container("[Content_Types].xml", "word/document.xml")[:60], "a.docx", formats.DOCX),
    (compound("1Table", "WordDocument"), "a.xls", formats.DOC),
    (compound("Book"), "a", formats.XLS),
    (compound("PowerPoint Document"), "a.ppt", formats.PPT),
    (compound("__substg1.0_0037001F", "WordDocument"), "a.doc", formats.MSG),
    (compound("EncryptedPackage", "EncryptionInfo"), "a.xlsx", formats.XLSX),
    (compound("EncryptedPackage"), "a.bin", formats.DOCX),
    (compound("Workbook", directory_sector=900, size=700_000), "a.ppt", formats.XLS),
    (compound("something else"), "a.msg", formats.MSG),
]


@pytest.mark.parametrize(("data", "name", "media_type"), KNOWN, ids=range(len(KNOWN)))
def test_content_decides_and_the_name_fills_in(data: bytes, name: str, media_type: str):
    assert sniff(Glance.at(data), name) == media_type


def test_every_kind_is_known():
    assert {media_type for _, _, media_type in KNOWN} == set(formats.MEDIA_TYPES)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (JAPANESE, "iso2022_jp"),
        (CHINESE, "gb18030"),
        (CHINESE, "big5"),
        ("물레방아는 물의 흐름을 이용하여 곡식을 빻는 기계이다. 옛날부터 널리 쓰였다.\n", "euc_kr"),
        (RUSSIAN, "koi8_r"),
        (RUSSIAN, "cp1251"),
        ("Mlýn stojí na břehu řeky a mele obilí pro pekaře.\n", "cp1250"),
        (JAPANESE, "utf-16"),
    ],
)
@pytest.mark.parametrize("times", [1, 500])
def test_text_is_text_in_any_common_encoding(text, encoding, times):
    assert sniff(Glance.at((text * times).encode(encoding)), "notes") == formats.PLAIN_TEXT


REFUSED = [
    (container("report.docx", "notes.txt"), "ZIP"),
    (container("META-INF/MANIFEST.MF"), "Java"),
    (container("[Content_Types].xml", "xl/workbook.bin"), "XLSB"),
    (container(mimetype="application/vnd.oasis.opendocument.graphics"), "opendocument.graphics"),
    (compound("something else"), "compound"),
    (b"{\\rtf1\\ansi Hello}", "RTF"),
    (b"%!PS-Adobe-3.0\n", "PostScript"),
    (b"\x1f\x8b\x08\x00", "gzip"),
    (b"a" * 257 + b"ustar\x0000", "tar"),
    (b"\x7fELF\x02\x01\x01\x00", "program"),
    (b"fLaC\x00\x00\x00\x22", "sound"),
    (b"RIFF\x00\x01\x00\x00WAVEfmt ", "WAV"),
    (b"\x00\x00\x00\x18ftypmp42", "MP4"),
    (b"\x00\x00\x00\x18ftypheic", "HEIC"),
    (b"\x00asm\x01\x00\x00\x00" + bytes(40), "binary|looks like"),
    (b"\x00\x01\x02\x03\x04\x05" * 20, "data"),
]


@pytest.mark.parametrize(("data", "seen"), REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_read_is_named(data: bytes, seen: str):
    with pytest.raises(UnsupportedFile, match=seen) as refusal:
        sniff(Glance.at(data), "report.pdf")
    assert "report.pdf" in str(refusal.value)
    assert all(entry.name in refusal.value.hint for entry in formats.FORMATS)


def test_a_container_is_what_it_is_and_not_what_it_holds():
    inner = container("[Content_Types].xml", "word/document.xml")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("report.docx", inner)

    with pytest.raises(UnsupportedFile, match="ZIP"):
        sniff(Glance.at(buffer.getvalue()), "letters.docx")


def test_a_long_container_is_told_by_its_end():
    names = [f"media/{number:05}" for number in range(4000)]
    data = container(*names, "[Content_Types].xml", "word/document.xml", padding=50)

    assert sniff(Glance.at(data), "a") == formats.DOCX


def test_an_empty_file_is_refused():
    with pytest.raises(RequestError) as refusal:
        sniff(Glance(), "a.pdf")
    assert refusal.value.code == "empty_file"


@given(
    st.sampled_from([b"", b"PK\x03\x04", COMPOUND_MAGIC, b"From: a\nTo: "]), st.binary(max_size=HEAD_BYTES), st.text()
)
def test_any_bytes_get_an_answer(magic: bytes, data: bytes, name: str):
    try:
        answer = sniff(Glance.at(magic + data), name)
    except RequestError as refusal:
        answer = refusal.code
    assert answer in {*formats.MEDIA_TYPES, "unsupported_format", "empty_file"}


def test_a_page_that_begins_with_endless_comments_is_looked_at_in_good_time():
    assert sniff(Glance.at(b"<!-- a -->" * 800), "page") == formats.PLAIN_TEXT
    assert sniff(Glance.at(b"<!-- a" * 1300), "page") == formats.PLAIN_TEXT


@pytest.mark.parametrize("sector", [0, 20, 700, 1023, 3000])
def test_a_glance_is_the_same_however_the_file_comes(tmp_path, sector):
    data = compound("Workbook", directory_sector=sector, size=900 * sector)
    path = tmp_path / "file"
    path.write_bytes(data)
    streamed = Glance()
    for start in range(0, len(data), 1000):
        streamed.take(data[start : start + 1000])

    whole, piecewise, looked_up = (
        (one.size_bytes, one.head, bytes(one.directory), one.tail_start, one.tail)
        for one in (Glance.at(data), streamed, Glance.into(path))
    )

    assert whole == piecewise == looked_up
