"""The project's own samples come out as what they are, also under the names that stored files have."""

from pathlib import Path

from samples.article import draw_article
from tests.pipeline.made import parse


def test_a_stored_file_without_a_suffix_is_read_with_its_layout(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(draw_article())

    parsed = parse(path, "application/pdf")

    assert parsed.texts("Title") == ["Why Paper Has the Sizes It Has"]
    assert parsed.texts("SectionHeader")[:3] == [
        "1 A letter from Göttingen",
        "2 From a nice idea to a standard",
        "3 The series",
    ]
    assert [table.splitlines()[1] for table in parsed.texts("Table")] == [
        "0\t841 × 1189\t1000 × 1414",
        "Airmail\t40\t2.5",
        "C4\t229 × 324\tflat",
    ]
