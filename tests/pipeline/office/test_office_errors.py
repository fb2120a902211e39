"""Office files that are locked, broken or not what they are called: each has its code, and nothing is left behind."""

import random
import tempfile
from contextlib import suppress
from zipfile import ZipFile

import docx
import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from pagemill.domain.errors import DocumentError
from pagemill.domain.formats import CSV, DOCX, ODP, ODS, ODT, PPTX, XLS, XLSX
from tests.pipeline.made import parse
from tests.pipeline.office.old_excel import old_workbook
from tests.pipeline.office.packed import open_document, packed, paragraph, relationships, word_file


@pytest.fixture
def locked(tmp_path, monkeypatch):
    """An encrypted Word file; what is unpacked on the way goes to an empty folder of its own."""
    plain = tmp_path / "plain.docx"
    document = docx.Document()
    document.add_paragraph("secret")
    document.save(plain)
    path = tmp_path / "locked.docx"
    with plain.open("rb") as source, path.open("wb") as target:
        OOXMLFile(source).encrypt("sesame", target)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return path


def code_of(path, media_type, **given):
    with pytest.raises(DocumentError, match=path.name) as caught:
        parse(path, media_type, **given)
    return caught.value.code


def test_the_password_opens_an_encrypted_file_and_the_decrypted_copy_is_gone(locked, tmp_path):
    assert parse(locked, DOCX, password="sesame").texts("Text") == ["secret"]
    assert list((tmp_path / "temporary").iterdir()) == []


def test_without_the_password_or_with_a_wrong_one_nothing_opens(locked, tmp_path):
    assert code_of(locked, DOCX) == "password_required"
    assert code_of(locked, DOCX, password="abracadabra") == "wrong_password"
    assert list((tmp_path / "temporary").iterdir()) == []


def test_an_old_file_under_a_new_name_is_damaged(tmp_path):
    assert code_of(old_workbook(tmp_path / "old.xlsx", [["a"]]), XLSX) == "corrupt_file"


@pytest.mark.parametrize("media_type", [DOCX, PPTX, XLSX, ODT, ODS, ODP])
@pytest.mark.parametrize("content", [{}, {"_rels/.rels": "<broken", "content.xml": "<broken"}, {"content.xml": "<a/>"}])
def test_a_container_of_something_else_is_damaged(tmp_path, media_type, content):
    assert code_of(packed(tmp_path / "a.bin", content), media_type) in ("corrupt_file", "empty_file")


def test_a_slide_that_is_missing_is_named(tmp_path):
    names = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    r = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    path = packed(
        tmp_path / "a.pptx",
        {
            "_rels/.rels": relationships(("officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": f"<p:presentation {names} {r}><p:sldIdLst><p:sldId r:id='rId9'/></p:sldIdLst></p:presentation>",
        },
    )
    with pytest.raises(DocumentError, match="Slide 1") as caught:
        parse(path, PPTX)
    assert (caught.value.code, caught.value.page) == ("corrupt_file", 1)


def test_a_bomb_is_refused_before_it_unpacks(tmp_path):
    bomb = packed(tmp_path / "a.docx", {"word/document.xml": b" " * 20_000_000})
    assert code_of(bomb, DOCX) == "unpacks_too_large"


def test_entities_are_not_expanded_in_a_document(tmp_path):
    path = word_file(tmp_path / "a.docx", paragraph("&x;"))
    with ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    parts["word/document.xml"] = b'<!DOCTYPE a [<!ENTITY x "boom">]>' + parts["word/document.xml"]
    assert "boom" not in parse(packed(path, parts), DOCX).renditions.text.decode()


SOUND = {
    DOCX: lambda path: word_file(path, paragraph("a") * 50, styles="<w:style/>"),
    ODT: lambda path: open_document(path, "text", "<text:p>a</text:p>" * 50),
    XLS: lambda path: old_workbook(path, [["a", 1.5]] * 20),
}


@pytest.mark.parametrize("media_type", SOUND)
def test_cut_and_flipped_files_end_in_a_result_or_a_typed_error(tmp_path, media_type):
    sound = SOUND[media_type](tmp_path / "a.bin").read_bytes()
    chance = random.Random(media_type)
    path = tmp_path / "b.bin"
    for _ in range(60):
        mutant = bytearray(sound[: chance.randrange(len(sound))] if chance.random() < 0.3 else sound)
        for place in chance.sample(range(len(mutant)), min(len(mutant), 5)):
            mutant[place] = chance.randrange(256)
        path.write_bytes(mutant)
        with suppress(DocumentError):
            parse(path, media_type)


def test_a_csv_of_any_bytes_is_text(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(random.Random(1).randbytes(20_000))
    assert parse(path, CSV).document.segments
