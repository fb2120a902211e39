"""`from pagemill import parse`: files are read inside the caller's own program."""

import asyncio
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

import pagemill
from pagemill import Document, DocumentError, parse, parse_async
from pagemill.domain.errors import InvalidOptions
from pagemill.domain.options import Options
from samples.article import draw_article

pytestmark = pytest.mark.long

MARKDOWN = b"# Paper\n\nMade of rags.\n"


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Where temporary files are made; a child inherits it."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_a_file_becomes_a_document_with_its_renditions(tmp_path):
    file = tmp_path / "paper.md"
    file.write_bytes(MARKDOWN)
    parsed = parse(str(file), options={"mode": "fast"})
    assert isinstance(parsed, Document)
    assert (parsed.file_name, parsed.media_type, parsed.page_count) == ("paper.md", "text/markdown", 1)
    assert [segment.type for segment in parsed.segments] == ["Title", "Text"]
    assert [chunk.text for chunk in parsed.chunks] == ["# Paper\n\nMade of rags."]
    assert parsed.markdown == MARKDOWN.decode()
    assert parsed.text == "Paper\n\nMade of rags.\n"
    assert "<p>Made of rags.</p>" in parsed.html
    assert repr(parsed) == "<Parsed paper.md: 1 pages, 2 segments, 1 chunks>"


def test_bytes_are_read_under_the_name_that_they_are_given(folder):
    assert parse(MARKDOWN, file_name="../a/paper.md", options=Options()).file_name == "paper.md"
    assert list(folder.iterdir()) == []
    with pytest.raises(TypeError, match=r"file_name"):
        parse(MARKDOWN)


def test_page_images_come_with_their_option():
    parsed = parse(draw_article(), file_name="paper.pdf", options={"mode": "fast", "page_images": True})
    assert list(parsed.page_images) == [page.number for page in parsed.pages] == [1, 2]
    assert all(image.startswith(b"\x89PNG") for image in parsed.page_images.values())


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [(b"%PDF-1.4 no", "a.pdf", "corrupt_file"), (b"\x7fELF\x00", "a.out", "unsupported_format")],
)
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(folder, content: bytes, name: str, code: str):
    with pytest.raises(DocumentError) as failure:
        parse(content, file_name=name)
    assert (failure.value.code, name in failure.value.message) == (code, True)
    assert failure.value.hint
    assert list(folder.iterdir()) == []


def test_wrong_use_is_told_apart_from_a_wrong_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        parse(tmp_path / "nowhere.pdf")
    with pytest.raises(InvalidOptions, match=r"mood"):
        parse(MARKDOWN, file_name="a.md", options={"mood": "fast"})


@pytest.mark.anyio
async def test_it_may_be_called_where_an_event_loop_runs():
    assert parse(MARKDOWN, file_name="a.md").title == "Paper"
    assert (await parse_async(MARKDOWN, file_name="a.md")).title == "Paper"


@pytest.mark.anyio
async def test_cancelling_kills_the_work_and_leaves_nothing(folder):
    reading = asyncio.create_task(parse_async(MARKDOWN, file_name="a.md"))
    while not (children := psutil.Process().children()):  # noqa: ASYNC110 - nothing tells of a child's start
        await asyncio.sleep(0.01)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert not any(child.is_running() for child in children)
    assert list(folder.iterdir()) == []


def test_a_script_needs_no_guard_and_its_output_is_its_own(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(f"from pagemill import parse\nprint(parse({MARKDOWN!r}, file_name='a.md').title)\n")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "Paper\n", "")


def test_the_names_are_there_before_they_are_loaded():
    check = (
        "import pagemill, sys; print({'parse', 'Segment'} <= set(dir(pagemill)), 'pagemill.bootstrap' in sys.modules)"
    )
    shown = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, env=os.environ, check=True)
    assert shown.stdout == "True False\n"
    with pytest.raises(AttributeError, match=r"no attribute 'prase'"):
        _ = pagemill.prase
