"""A mail is its first page, and every attachment is read behind it, or named with the reason why not."""

import io
import random
import tempfile
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from pagemill.domain.document import TextSource
from pagemill.domain.errors import DocumentError
from pagemill.domain.formats import EML
from pagemill.domain.limits import Limits
from pagemill.domain.options import Options, parse_options
from pagemill.pipeline.run import Source, page_images, read, recognise
from tests.pipeline.made import paragraph, parse, silent
from tests.pipeline.test_images import drawn


def letter(text="The corn is ground.\n", subject="Corn", **headers):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Ann Müller <ann@example.org>", "bob@example.org", subject
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def png(size=(400, 300)):
    buffer = io.BytesIO()
    drawn(size).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def mail(tmp_path):
    def made(content, **given):
        return parse(written(tmp_path, content), EML, **given)

    return made


def written(folder: Path, content) -> Path:
    path = folder / "letter.eml"
    path.write_bytes(content if isinstance(content, bytes) else content.as_bytes(policy=SMTP))
    return path


def source(path):
    return Source(str(path), path.name, EML)


def texts(parsed, page=1):
    return [segment.text for segment in parsed.document.segments if segment.page == page]


def test_the_subject_is_the_title_and_the_rest_can_be_read(mail):
    parsed = mail(
        letter(
            "Dear Bob,\n\nthe corn is ground.\n> How much?\n",
            Cc="Eve <eve@example.org>",
            Date="Mon, 01 Jan 2024 10:00:00 +0100",
        )
    )

    assert texts(parsed) == [
        "Corn",
        "From: Ann Müller <ann@example.org>",
        "To: bob@example.org",
        "Cc: Eve <eve@example.org>",
        "Date: Mon, 01 Jan 2024 10:00:00 +0100",
        "Dear Bob,",
        "the corn is ground.\n> How much?",
    ]
    assert (parsed.document.title, parsed.reading.title) == ("Corn", "Corn")
    assert b"<h1>Corn</h1>" in parsed.renditions.html


def test_html_is_preferred_if_it_has_structure(mail):
    rich, plain = letter("- rye\n- oats\n"), letter("rye and oats\n")
    rich.add_alternative("<p>We have:<ul><li>rye<li>oats</ul><img src=cid:x>", subtype="html")
    plain.add_alternative("<p>rye <b>and</b> oats", subtype="html")

    assert texts(mail(rich))[3:] == ["We have:", "rye", "oats"]
    assert texts(mail(plain))[3:] == ["rye and oats"]


def test_encoded_and_raw_headers_are_read(mail):
    head = b"Subject: =?iso-2022-jp?B?GyRCP2U8VhsoQg==?= =?utf-8?q?und_M=C3=BChle?=\r\nFrom: =?bad?x?=\r\n"
    raw = "To: Иван\r\n".encode("koi8_r") + b"Content-Type: text/plain; charset=koi8-r\r\n\r\n"

    parsed = mail(head + raw + "Мельница".encode("koi8_r"))

    assert texts(parsed) == ["水車und Mühle", "From: =?bad?x?=", "To: Иван", "Мельница"]


def test_flowed_lines_are_joined(mail):
    head = b"From: a\r\nTo: b\r\nContent-Type: text/plain; format=flowed\r\n\r\n"

    assert texts(mail(head + b"The corn \r\nis ground.\r\n-- \r\nAnn\r\n"))[2:] == ["The corn is ground.\n-- \nAnn"]


def test_attachments_are_read_by_their_own_readers_and_numbered_on(mail, make_pdf):
    pdf = make_pdf([paragraph("first page of rye")], [paragraph("second page of rye")]).read_bytes()
    whole = letter()
    whole.add_attachment(pdf, maintype="application", subtype="octet-stream", filename="rye.bin")
    whole.add_attachment("<h1>Oats</h1>", subtype="html", filename="oats.html")
    whole.add_attachment(b"\x7fELF\x02\x01\x01\x00", maintype="application", subtype="pdf", filename="fan.pdf")
    whole.add_attachment(b"%PDF-1.7 broken", maintype="application", subtype="pdf", filename="bad.pdf")
    whole.add_attachment(b"", maintype="application", subtype="pdf", filename="none.pdf")

    parsed = mail(whole)

    assert [(page.number, page.name) for page in parsed.document.pages] == [
        (1, ""),
        (2, "rye.bin"),
        (3, "rye.bin"),
        (4, "oats.html"),
    ]
    notes = texts(parsed)[-5:]
    assert notes[:3] == ["rye.bin: pages 2–3", "oats.html: page 4", "fan.pdf: not read: it is a program"]
    assert notes[3].startswith("bad.pdf: not read: bad.pdf is not a whole PDF")
    assert notes[4] == "none.pdf: not read: it is empty"
    assert (texts(parsed, 2), texts(parsed, 3), texts(parsed, 4)) == (
        ["first page of rye"],
        ["second page of rye"],
        ["Oats"],
    )


def test_the_subject_stays_the_title_beside_pages_that_are_set_in_type(mail, make_pdf):
    pdf = make_pdf([paragraph("Rye", "Heading1"), paragraph("Rye is a grain. " * 20)]).read_bytes()
    whole = letter()
    whole.add_attachment(pdf, maintype="application", subtype="pdf", filename="rye.pdf")

    parsed = mail(whole)

    assert parsed.texts("Title") == ["Corn"]
    assert parsed.texts("SectionHeader") == ["Rye"]


def test_pages_and_ranges_count_through_all_attachments(tmp_path, make_pdf):
    pdf = make_pdf(*([paragraph(f"page {number}")] for number in range(1, 5))).read_bytes()
    whole = letter()
    for name in ("one.pdf", "two.pdf"):
        whole.add_attachment(pdf, maintype="application", subtype="pdf", filename=name)
    path = written(tmp_path, whole)

    some = read(source(path), parse_options({"pages": "3,5-6,9"}), Limits(), silent)
    part = read(source(path), Options(), Limits(), silent, first=5, last=7)

    assert some.page_count == 9
    assert [(page.number, page.name) for page in some.pages] == [
        (3, "one.pdf"),
        (5, "one.pdf"),
        (6, "two.pdf"),
        (9, "two.pdf"),
    ]
    assert [page.number for page in part.pages] == [5, 6, 7]
    assert [number for number, _ in page_images(source(path), Limits(), [1, 2, 7])] == [2, 7]
    with pytest.raises(DocumentError) as caught:
        read(source(path), Options(), Limits(max_pages=8), silent)
    assert caught.value.code == "too_many_pages"


def test_pages_are_announced_by_their_own_numbers(tmp_path, make_pdf):
    whole = letter()
    pdf = make_pdf([paragraph("a")], [paragraph("b")]).read_bytes()
    whole.add_attachment(pdf, maintype="application", subtype="pdf", filename="a.pdf")
    told = []

    read(source(written(tmp_path, whole)), Options(), Limits(), lambda *one: told.append(one), page_by_page=True)

    assert told == [("pages", 3), ("read", 1), ("read", 2), ("read", 3)]


def test_a_picture_waits_for_recognition_under_its_number(tmp_path):
    whole = letter()
    whole.add_attachment(png(), maintype="image", subtype="png", filename="scan.png")

    reading = read(source(written(tmp_path, whole)), Options(), Limits(), silent)

    assert ([page.number for page in reading.pages], reading.deferred) == ([1], (2,))


@pytest.mark.long
def test_an_attached_picture_is_recognised_and_a_damaged_one_named(tmp_path):
    buffer = io.BytesIO()
    drawn(text="Mills grind the corn").save(buffer, "PNG")
    whole = letter()
    for name, data in (("good.png", buffer.getvalue()), ("cut.png", buffer.getvalue()[:-500])):
        whole.add_attachment(data, maintype="image", subtype="png", filename=name)

    good, cut = recognise(source(written(tmp_path, whole)), Options(), Limits(), silent, 1, 3)

    assert (good.number, good.source, good.name, good.blocks[0].text) == (
        2,
        TextSource.OCR,
        "good.png",
        "Mills grind the corn",
    )
    assert (cut.number, cut.source) == (3, TextSource.NONE)
    assert "cut.png is not a whole image" in cut.blocks[0].text


def test_small_pictures_that_the_text_shows_are_no_pages(mail):
    whole = letter()
    whole.add_alternative("<h1>Corn</h1><img src='cid:logo@x' alt='The mill'>", subtype="html")
    html = whole.get_payload()[1]
    html.add_related(png((40, 40)), maintype="image", subtype="png", cid="<logo@x>")
    html.add_related(png((41, 41)), maintype="image", subtype="png", cid="<other@x>", filename="map.png")

    parsed = mail(whole, ocr="never")

    assert [page.name for page in parsed.document.pages] == ["", "map.png"]
    assert "The mill" in texts(parsed)


def nested(depth):
    inner = letter("the innermost\n", f"level {depth}")
    for level in range(depth - 1, -1, -1):
        outer = letter(subject=f"level {level}")
        outer.add_attachment(inner)
        inner = outer
    return inner


def test_mails_in_mails_are_read_up_to_the_limit(tmp_path, mail):
    parsed = mail(nested(2))

    assert [page.name for page in parsed.document.pages] == ["", "level 1.eml", "level 1.eml: level 2.eml"]
    assert "the innermost" in texts(parsed, 3)
    with pytest.raises(DocumentError) as caught:
        read(source(tmp_path / "letter.eml"), Options(), Limits(max_nesting=1), silent)
    assert caught.value.code == "nested_too_deeply"


def test_parts_in_parts_without_end_are_refused(mail):
    head = "From: a\nTo: b\n"
    parts = "".join(f"Content-Type: multipart/mixed; boundary={number}\n\n--{number}\n" for number in range(3000))

    with pytest.raises(DocumentError) as caught:
        mail((head + parts).encode())
    assert caught.value.code == "nested_too_deeply"


def test_nothing_of_an_attachment_stays_on_the_disk(tmp_path, monkeypatch):
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    whole = letter()
    whole.add_attachment(png(), maintype="image", subtype="png", filename="scan.png")

    read(source(written(tmp_path, whole)), Options(), Limits(), silent)
    list(page_images(source(tmp_path / "letter.eml"), Limits(), [2]))

    assert list(folder.iterdir()) == []


def test_markup_of_a_mail_never_survives(mail):
    whole = letter(subject="<script>alert(1)</script>")
    whole.add_alternative("<ul><li onclick=x()>a<script>x()</script></ul><style>p{}</style>", subtype="html")
    whole.add_attachment(b"text", maintype="text", subtype="plain", filename="<img src=x onerror=y()>.txt")

    shown = mail(whole).renditions.html.decode()

    assert "<script" not in shown
    assert "<img src" not in shown
    assert "onclick" not in shown


def test_whatever_is_damaged_ends_in_a_document_error(mail):
    rng = random.Random(7)
    whole = nested(1)
    whole.add_alternative("<p>Hello", subtype="html") if not whole.is_multipart() else None
    whole.add_attachment(png((30, 30)), maintype="image", subtype="png", filename="Mühle.png")
    data = whole.as_bytes(policy=SMTP)
    codes = set()
    for _ in range(150):
        damaged = bytearray(data[: rng.randrange(1, len(data))] if rng.random() < 0.3 else data)
        for _ in range(rng.randrange(1, 30)):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        try:
            mail(bytes(damaged), ocr="never")
        except DocumentError as problem:
            codes.add(problem.code)
    assert codes <= {"corrupt_file", "empty_file", "nested_too_deeply"}
