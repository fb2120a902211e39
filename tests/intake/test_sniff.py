"""What a file is: by its content, and by its name only where content cannot say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagemill.domain.errors import RequestError, UnsupportedFile
from pagemill.intake.sniff import HEAD_BYTES, MEDIA_TYPES, sniff

KNOWN = [
    (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "a.pdf", "application/pdf"),
    (b"%PDF-2.0\n", "a.txt", "application/pdf"),
    (b"\x00junk" * 100 + b"%PDF-1.4\n", "scan", "application/pdf"),
    (b"HTTP/1.1 200 OK\r\n\r\n%PDF-1.4\n", "scan.pdf", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a.pdf", "image/png"),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a", "image/jpeg"),
    (b"<!DOCTYPE html><p>a", "a.txt", "text/html"),
    (b"\xef\xbb\xbf  \n<!-- a --><!-- b -->\n<html lang='de'>", "page", "text/html"),
    (b'<?xml version="1.0"?><!DOCTYPE html><html>', "page", "text/html"),
    (b"<p>no head", "a.HTM", "text/html"),
    (b"# Title\n\nabout <html> and %PDF-1.7", "a.md", "text/markdown"),
    (b"# Title\n", "a.Markdown", "text/markdown"),
    (b"Anything", "a.pdf", "text/plain"),
    (b"a,b\n1,2\n", "a.csv", "text/plain"),
    ("Grüße".encode("utf-16"), "a.txt", "text/plain"),
    ("<html><p>Grüße".encode("utf-16"), "a", "text/html"),
    ("Die Prüfung der Größe übersteigt das Übliche; Äpfel für Jörg.".encode("cp1252"), "a.txt", "text/plain"),
    (("x" * (HEAD_BYTES - 1) + "ü").encode()[:HEAD_BYTES], "a.txt", "text/plain"),
]


@pytest.mark.parametrize(("head", "name", "media_type"), KNOWN)
def test_content_decides_and_the_name_fills_in(head: bytes, name: str, media_type: str):
    assert sniff(head, name) == media_type


def test_every_kind_is_known():
    assert {media_type for _, _, media_type in KNOWN} == set(MEDIA_TYPES)


@pytest.mark.parametrize(
    ("head", "seen"),
    [
        (b"PK\x03\x04\x14\x00\x06\x00", "Office"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 64, "old Office"),
        (b"{\\rtf1\\ansi Hello}", "RTF"),
        (b"%!PS-Adobe-3.0\n", "PostScript"),
        (b"GIF89a\x01\x00\x01\x00", "GIF"),
        (b"\x7fELF\x02\x01\x01\x00", "program"),
        (b"fLaC\x00\x00\x00\x22", "looks like"),
        (b"\x00\x01\x02\x03\x04\x05" * 20, "data"),
    ],
)
def test_what_cannot_be_read_is_named(head: bytes, seen: str):
    with pytest.raises(UnsupportedFile, match=seen) as refusal:
        sniff(head, "report.pdf")
    assert "report.pdf" in str(refusal.value)
    assert "PDF" in refusal.value.hint


def test_an_empty_file_is_refused():
    with pytest.raises(RequestError) as refusal:
        sniff(b"", "a.pdf")
    assert refusal.value.code == "empty_file"


@given(st.binary(max_size=HEAD_BYTES), st.text(max_size=20))
def test_any_bytes_get_an_answer(head: bytes, name: str):
    try:
        answer = sniff(head, name)
    except RequestError as refusal:
        answer = refusal.code
    assert answer in {*MEDIA_TYPES, "unsupported_format", "empty_file"}


def test_a_page_that_begins_with_endless_comments_is_looked_at_in_good_time():
    assert sniff(b"<!-- a -->" * 800, "page") == "text/plain"
    assert sniff(b"<!-- a" * 1300, "page") == "text/plain"
