"""A mail that Outlook stored says the same as one that came by post."""

import random
import struct
from datetime import UTC, datetime

import pytest

from pagemill.domain.errors import DocumentError
from pagemill.domain.formats import MSG
from pagemill.domain.limits import Limits
from pagemill.domain.options import Options
from pagemill.pipeline.formats.mail.rtf import rtf_body
from pagemill.pipeline.run import Source, read
from tests.pipeline.compound_file import compound_file
from tests.pipeline.made import paragraph, parse, silent

SENT = datetime(2024, 5, 20, 10, 30, tzinfo=UTC)
TOP, INNER, PART = bytes(32), bytes(24), bytes(8)


def storage(header, texts=None, data=None, numbers=None, **more):
    """A storage of properties: texts in Unicode, bytes and numbers, by their tags."""
    values = {f"__substg1.0_{tag:04X}001F": text.encode("utf-16-le") for tag, text in (texts or {}).items()}
    values |= {f"__substg1.0_{tag:04X}0102": content for tag, content in (data or {}).items()}
    fixed = b"".join(
        struct.pack("<HHIQ", 0x0040 if tag in (0x0039, 0x0E06) else 0x0003, tag, 6, value)
        for tag, value in (numbers or {}).items()
    )
    return {"__properties_version1.0": header + fixed} | values | more


def file_time(moment):
    return int((moment - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000


def person(name, address, kind):
    return storage(PART, {0x3001: name, 0x39FE: address}, numbers={0x0C15: kind})


def attached(name, content):
    return storage(PART, {0x3707: name}, {0x3701: content}, {0x3705: 1})


def message(header=TOP, texts=None, data=None, **more):
    own = {0x0037: "Corn", 0x0C1A: "Ann Müller", 0x5D01: "ann@example.org", 0x1000: "The corn\r\nis ground.\r\n"}
    return storage(header, own | (texts or {}), data, {0x0039: file_time(SENT)}, **more)


@pytest.fixture
def mail(tmp_path):
    def made(tree, **given):
        path = tmp_path / "letter.msg"
        path.write_bytes(tree if isinstance(tree, bytes) else compound_file(tree))
        return parse(path, MSG, **given)

    return made


def texts(parsed, page=1):
    return [segment.text for segment in parsed.document.segments if segment.page == page]


def test_subject_people_date_and_text_are_read(mail):
    people = {
        "__recip_version1.0_#00000000": person("Bob", "bob@example.org", 1),
        "__recip_version1.0_#00000001": person("Eve", "eve@example.org", 2),
    }

    assert texts(mail(message(**people))) == [
        "Corn",
        "From: Ann Müller <ann@example.org>",
        "To: Bob <bob@example.org>",
        "Cc: Eve <eve@example.org>",
        "Date: Mon, 20 May 2024 10:30:00 +0000",
        "The corn\nis ground.",
    ]


def test_bytes_are_read_in_the_code_page_of_the_mail(mail):
    old = message() | {"__substg1.0_1000001E": "Мельница".encode("cp1251")}
    del old["__substg1.0_1000001F"]
    old["__properties_version1.0"] += struct.pack("<HHIQ", 3, 0x3FFD, 6, 1251)

    assert texts(mail(old))[-1] == "Мельница"


def test_html_is_preferred_if_it_has_structure(mail):
    rich = message(data={0x1013: b"<ul><li>rye<li>oats</ul>"})

    assert texts(mail(rich))[-2:] == ["rye", "oats"]


def test_attachments_and_mails_within_are_read(mail, make_pdf):
    pdf = make_pdf([paragraph("a page of rye")]).read_bytes()
    inner = message(
        INNER,
        {0x0037: "Inner: yes", 0x1000: "innermost"},
        **{"__attach_version1.0_#00000000": attached("a.txt", b"leaf")},
    )
    tree = message(
        **{
            "__attach_version1.0_#00000000": attached("rye.pdf", pdf),
            "__attach_version1.0_#00000001": storage(PART, numbers={0x3705: 5}, **{"__substg1.0_3701000D": inner}),
            "__attach_version1.0_#00000002": attached("fan.exe", b"\x7fELF\x02\x01\x01\x00"),
        }
    )

    parsed = mail(tree)

    assert [page.name for page in parsed.document.pages] == ["", "rye.pdf", "Inner yes.eml", "Inner yes.eml: a.txt"]
    assert texts(parsed)[-3:] == ["rye.pdf: page 2", "Inner yes.eml: pages 3–4", "fan.exe: not read: it is a program"]
    assert "innermost" in texts(parsed, 3)
    assert texts(parsed, 4) == ["leaf"]


def test_mails_in_mails_are_read_up_to_the_limit(mail, tmp_path):
    tree = message(INNER)
    for header in (INNER, INNER, TOP):
        part = storage(PART, **{"__substg1.0_3701000D": tree})
        tree = message(header, **{"__attach_version1.0_#00000000": part})
    assert len(mail(tree).document.pages) == 4

    with pytest.raises(DocumentError) as caught:
        read(Source(str(tmp_path / "letter.msg"), "letter.msg", MSG), Options(), Limits(max_nesting=2), silent)

    assert caught.value.code == "nested_too_deeply"


RTF = (
    rb"{\rtf1\ansi\ansicpg1251\fromtext{\fonttbl{\f0 Arial;}}\f0 M\'fchle \u8364\'80 corn\par\pard {\*\gen x}"
    rb"\'cc\'e5\'eb\'fc\tab \{end\}}"
)
RTF_OF_HTML = (
    rb"{\rtf1\ansi\ansicpg1252\fromhtml1 {\*\htmltag64 <ul>}{\*\htmltag64 <li>}\htmlrtf {\b hidden\htmlrtf0 rye"
    rb"\htmlrtf }\htmlrtf0 {\*\htmltag72 </ul>}}"
)


def stored(rtf, kind=b"MELA"):
    return struct.pack("<II4sI", len(rtf) + 12, len(rtf), kind, 0) + rtf


def test_rich_text_is_read_if_there_is_nothing_else(mail):
    parsed = mail(message(texts={0x1000: ""}, data={0x1009: stored(RTF)}))

    assert texts(parsed)[-1] == "Mьhle € corn\nМель\t{end}"
    assert rtf_body(stored(RTF_OF_HTML)).html == "<ul><li>rye</ul>"


def test_compressed_rich_text_is_expanded():
    control_and_text = "03000a00726370673132354232" + "0af32068656c090020627705b06c647d0a800fa0"
    data = bytes.fromhex("2d0000002b0000004c5a4675f1c5c7a7" + control_and_text)

    assert rtf_body(data).text == "hello world"


def test_streams_that_claim_the_same_bytes_are_refused(mail, tmp_path):
    many = {f"__attach_version1.0_#{number:08X}": attached(f"{number}.txt", bytes(9000)) for number in range(20)}
    mail(message(**many))

    source = Source(str(tmp_path / "letter.msg"), "letter.msg", MSG)
    with pytest.raises(DocumentError) as caught:
        read(source, Options(), Limits(max_unpacked_bytes=100_000), silent)

    assert caught.value.code == "unpacks_too_large"


def test_whatever_is_damaged_ends_in_a_document_error(mail):
    rng = random.Random(11)
    parts = {
        "__attach_version1.0_#00000000": attached("a.txt", b"leaf"),
        "__recip_version1.0_#0": person("B", "b@c", 1),
    }
    whole = compound_file(message(data={0x1009: stored(RTF)}, **parts))
    codes = set()
    for _ in range(200):
        damaged = bytearray(whole[: rng.randrange(1, len(whole))] if rng.random() < 0.3 else whole)
        for _ in range(rng.randrange(1, 12)):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        try:
            mail(bytes(damaged))
            codes.add("read")
        except DocumentError as problem:
            codes.add(problem.code)
    assert codes <= {"read", "corrupt_file", "unpacks_too_large", "nested_too_deeply", "empty_file"}
