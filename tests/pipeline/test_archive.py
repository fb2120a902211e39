"""Containers: what may come out of one is bounded, and what is broken says so."""

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from pagemill.domain.errors import DocumentError
from pagemill.domain.limits import Limits
from pagemill.pipeline.formats.archive import ALWAYS_ALLOWED_BYTES, opened_archive
from pagemill.pipeline.formats.xml import parsed_xml

BILLION_LAUGHS = b"""<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;">]><a>&e;</a>"""


def packed(path: Path, **parts: bytes) -> str:
    with ZipFile(path, "w", ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return str(path)


def code_of(path: str, limits: Limits) -> str:
    with pytest.raises(DocumentError) as caught, opened_archive(path, "a.zip", limits):
        pass
    return caught.value.code


def test_parts_are_read_whole(tmp_path):
    with opened_archive(packed(tmp_path / "a.zip", one=b"1", two=b"22"), "a.zip", Limits()) as archive:
        assert (archive.names, archive.read("two"), "one" in archive) == (("one", "two"), b"22", True)


def test_a_bomb_is_refused_for_its_ratio(tmp_path):
    bomb = packed(tmp_path / "a.zip", zeros=bytes(ALWAYS_ALLOWED_BYTES + 1))
    assert code_of(bomb, Limits()) == "unpacks_too_large"


def test_small_containers_may_compress_as_well_as_they_like(tmp_path):
    with opened_archive(packed(tmp_path / "a.zip", zeros=bytes(1_000_000)), "a.zip", Limits()) as archive:
        assert len(archive.read("zeros")) == 1_000_000


def test_what_unpacks_beyond_the_limit_is_refused_at_any_ratio(tmp_path):
    assert code_of(packed(tmp_path / "a.zip", text=b"abc" * 100), Limits(max_unpacked_bytes=299)) == "unpacks_too_large"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and nothing more", b"no container at all"])
def test_a_broken_container_is_a_damaged_file(tmp_path, content):
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    assert code_of(str(path), Limits()) == "corrupt_file"


def test_a_damaged_part_is_named(tmp_path):
    path = packed(tmp_path / "a.zip", one=b"1")
    with opened_archive(path, "a.zip", Limits()) as archive, pytest.raises(DocumentError, match="its part two"):
        archive.read("two")


def test_entities_are_not_expanded():
    assert "".join(parsed_xml(BILLION_LAUGHS, "a.xml").itertext()).count("ha") <= 1


def test_a_file_that_an_entity_names_is_not_opened(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    text = f'<!DOCTYPE a [<!ENTITY b SYSTEM "{secret}">]><a>&b;</a>'.encode()
    assert "secret" not in "".join(parsed_xml(text, "a.xml").itertext())


def test_what_is_not_xml_is_a_damaged_file():
    with pytest.raises(DocumentError, match=r"a\.xml is not well-formed"):
        parsed_xml(b"<a><b></a>", "a.xml")
