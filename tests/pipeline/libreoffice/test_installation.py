"""LibreOffice is found where it is, and missed by name where it is not."""

import pytest

from pagemill.domain.errors import DocumentError
from pagemill.domain.formats import DOC, PPT, Family
from pagemill.domain.limits import Limits
from pagemill.domain.options import Options
from pagemill.pipeline.formats.libreoffice import installation
from pagemill.pipeline.formats.libreoffice.installation import find_installation, installation_for
from pagemill.pipeline.formats.registry import reader_for
from pagemill.pipeline.run import Source, page_images, read


@pytest.fixture(autouse=True)
def nothing_installed(tmp_path, monkeypatch):
    """A machine on which nothing is installed: neither on the path nor in the usual places."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(installation, "_USUAL", ())
    monkeypatch.setattr(installation, "_BY_ITSELF", tmp_path)


def install(folder, *parts: str):
    program = folder / "program"
    program.mkdir(parents=True)
    for name in ("soffice", "soffice.bin", *parts):
        (program / name).write_text("#!/bin/sh\n")
        (program / name).chmod(0o755)
    return program


def test_nothing_is_found_where_nothing_is():
    assert find_installation() is None


def test_the_search_path_leads_to_it_through_links(tmp_path):
    program = install(tmp_path / "elsewhere")
    (tmp_path / "soffice").symlink_to(program / "soffice")
    assert find_installation().program == program / "soffice.bin"


def test_one_beside_the_system_is_found(tmp_path):
    program = install(tmp_path / "libreoffice24.8")
    assert find_installation().root == program.parent


def test_a_missing_part_is_named_with_its_package(tmp_path):
    install(tmp_path / "libreoffice24.8", "libswlo.so")
    assert installation_for(Family.DOCUMENT, "Reading old.doc").reads(Family.DOCUMENT)
    with pytest.raises(DocumentError, match=r"Reading old\.ppt .*libreoffice-impress-nogui") as caught:
        installation_for(Family.SLIDES, "Reading old.ppt")
    assert caught.value.code == "office_required"


@pytest.mark.parametrize(("name", "media_type"), [("old.doc", DOC), ("old.ppt", PPT)])
def test_an_old_file_without_it_is_an_error_that_names_file_and_packages(tmp_path, name, media_type):
    (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0 and so on")
    source = Source(str(tmp_path / name), name, media_type)
    with pytest.raises(DocumentError, match=name) as caught:
        read(source, Options(), Limits(), lambda stage, page: None)
    assert caught.value.code == "office_required"
    assert "libreoffice-writer-nogui" in caught.value.hint


def test_page_images_without_it_say_that_only_they_need_it(tmp_path):
    (tmp_path / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0 and so on")
    source = Source(str(tmp_path / "old.doc"), "old.doc", DOC)
    assert reader_for(source)
    with pytest.raises(DocumentError, match=r"Drawing the pages of old\.doc needs LibreOffice") as caught:
        list(page_images(source, Limits(), [1]))
    assert "leave out the option `page_images`" in caught.value.hint
