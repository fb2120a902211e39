"""LibreOffice itself, on files made by code: what it converts, and what it cannot reach."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdf
import pytest
from PIL import Image

from pagemill.domain.errors import DocumentError
from pagemill.domain.formats import DOC, DOCX, EML, PPTX, Family
from pagemill.domain.limits import Limits
from pagemill.pipeline.formats.libreoffice.convert import TO_DOCX, TO_PDF, converted, converted_file
from pagemill.pipeline.formats.members import placed_members
from pagemill.pipeline.source import Source
from tests.office import old_word_file, slides_file, with_field, with_linked_picture, word_file

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("office")]

PRINTED = TO_PDF[Family.DOCUMENT]


def word_source(path: Path, **more: str) -> Source:
    return Source(str(path), path.name, DOCX, **more)


def printed(source: Source) -> pypdf.PdfReader:
    with converted_file(source, PRINTED, Limits()) as made:
        return pypdf.PdfReader(made.path)


def pictures(pdf: pypdf.PdfReader) -> int:
    return sum(len(page.images) for page in pdf.pages)


def test_several_files_are_converted_in_one_run_each_under_its_own_name(tmp_path):
    paths = [word_file(tmp_path / f"{name}.docx", f"This is {name}.") for name in ("one", "two", "three")]
    with converted([word_source(path) for path in paths], PRINTED, Limits()) as made:
        texts = [pypdf.PdfReader(source.path).pages[0].extract_text() for source in made]
        assert [source.file_name for source in made] == ["one.docx", "two.docx", "three.docx"]
    assert texts == ["This is one.", "This is two.", "This is three."]


def test_a_file_that_is_none_is_named_and_spoils_no_other(tmp_path):
    good = word_file(tmp_path / "good.docx", "Well.")
    bad = tmp_path / "bad.docx"
    bad.write_bytes(b"PK\x03\x04" + bytes(range(256)) * 20)
    with converted([word_source(bad), word_source(good)], PRINTED, Limits()) as (nothing, made):
        assert isinstance(nothing, DocumentError)
        assert nothing.code == "corrupt_file"
        assert "bad.docx" in nothing.message
        assert isinstance(made, Source)


def test_a_file_is_converted_once_for_all_that_an_attempt_asks_of_it(tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    source = word_source(word_file(tmp_path / "one.docx", "Once."), scratch=str(scratch))
    with converted_file(source, PRINTED, Limits()) as first:
        made_at = Path(first.path).stat().st_mtime_ns
    with converted_file(source, PRINTED, Limits()) as second:
        assert (second.path, Path(second.path).stat().st_mtime_ns) == (first.path, made_at)
    assert [path.suffix for path in scratch.iterdir()] == [".pdf"]


def test_nothing_is_left_behind_without_a_place_to_keep_it(tmp_path, monkeypatch):
    path = word_file(tmp_path / "one.docx", "Gone.")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    printed(word_source(path))
    assert list((tmp_path / "temporary").iterdir()) == []


def test_hidden_slides_are_printed_so_that_numbers_agree(tmp_path):
    path = slides_file(tmp_path / "talk.pptx", ["First", "Hidden", "Last"], hidden=[1])
    with converted_file(Source(str(path), path.name, PPTX), TO_PDF[Family.SLIDES], Limits()) as made:
        assert [page.extract_text().strip() for page in pypdf.PdfReader(made.path).pages] == ["First", "Hidden", "Last"]


def test_a_linked_address_is_not_visited(tmp_path, office):
    """The same file does make an unconfined LibreOffice come and ask."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/picture.png"
        path = with_linked_picture(word_file(tmp_path / "linked.docx", "Look:"), address)
        server.settimeout(0.2)
        assert printed(word_source(path)).pages[0].extract_text().strip() == "Look:"
        with pytest.raises(TimeoutError):
            server.accept()
        server.settimeout(60)
        with unconfined(office, path) as process:
            server.accept()[0].close()
            server.close()
            assert process.wait(60) == 0


def test_a_linked_file_of_this_machine_is_not_in_the_result(tmp_path, office):
    secret = tmp_path / "secret.png"
    Image.new("RGB", (64, 64), "red").save(secret)
    path = with_linked_picture(word_file(tmp_path / "linked.docx", "Look:"), secret.as_uri())
    assert pictures(printed(word_source(path))) == 0
    with unconfined(office, path) as process:
        assert process.wait(60) == 0
    assert pictures(pypdf.PdfReader(tmp_path / "out" / "linked.pdf")) == 1


def test_a_field_that_includes_a_text_of_this_machine_does_not(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret of this machine")
    path = with_field(word_file(tmp_path / "field.docx", "Look:"), f'INCLUDETEXT "{secret}"')
    assert "secret" not in printed(word_source(path)).pages[0].extract_text()


@pytest.mark.parametrize("target", [PRINTED, TO_DOCX], ids=["printed", "as DOCX"])
def test_an_old_file_is_converted(tmp_path, target):
    path = old_word_file(tmp_path / "old.doc", "# A heading", "A paragraph.")
    assert path.read_bytes().startswith(b"\xd0\xcf\x11\xe0")
    with converted_file(Source(str(path), path.name, DOC), target, Limits()) as made:
        assert made.media_type == target.media_type


@contextmanager
def unconfined(office, path: Path) -> Iterator[subprocess.Popen]:
    """LibreOffice as it comes, printing to a folder `out` beside the file."""
    profile = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    convert = ("--headless", "--convert-to", "pdf", "--outdir", str(path.parent / "out"), str(path))
    command = [str(office.program), profile, *convert]
    subprocess.run(command, capture_output=True, check=False)  # makes the profile, and ends
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def test_the_old_files_in_a_mail_are_converted_in_one_run(tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    letters = {f"{name}.doc": old_word_file(tmp_path / f"{name}.doc", f"This is {name}.") for name in ("one", "two")}
    mail = Source("", "mail.eml", EML, scratch=str(scratch))
    files = [(name, path.read_bytes()) for name, path in letters.items()]
    members = placed_members(files, mail, tmp_path, Limits(), first=2)
    assert [(member.first, member.page_count, member.problem) for member in members] == [(2, 1, ""), (3, 1, "")]
    assert [path.suffix for path in scratch.iterdir()] == [".docx", ".docx"]
