"""`pagemill parse`: every file ends in a result or an error, and what is done is kept."""

import json
import signal
import time
from pathlib import Path

import pytest

from pagemill.faces.cli.inputs import input_files
from tests.faces.command import alone, run, start
from tests.work.made import pdf

pytestmark = pytest.mark.long


@pytest.fixture
def files(tmp_path) -> Path:
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.md").write_text("# Alpha")
    (folder / "sub" / "b.pdf").write_bytes(pdf("Beta", "Gamma"))
    (folder / "torn.pdf").write_bytes(pdf("Delta")[:200])
    (folder / ".hidden").write_text("no")
    return folder


def test_every_file_ends_in_a_result_or_one_line_about_its_error(files, tmp_path):
    code, out, err = alone("parse", files, "--output", tmp_path / "out", "--workers", "1")
    assert code == 1
    assert out.startswith("2 of 3 files, 3 pages in ")
    assert "pages/s" in out
    assert [line.split(": ")[0] for line in err.splitlines()] == [str(files / "torn.pdf")]
    assert "[corrupt_file]" in err
    written = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file()}
    suffixes = ("md", "html", "json", "chunks.jsonl")
    assert written == {f"{name}.{suffix}" for name in ("a.md", "sub/b.pdf") for suffix in suffixes}


def test_json_names_every_file_with_its_results(files, tmp_path):
    code, out, err = alone("parse", files, "--output", tmp_path / "out", "--format", "md", "--json", "--workers", "1")
    told = {Path(line["file"]).name: line for line in map(json.loads, out.splitlines())}
    assert (code, err, set(told)) == (1, "", {"a.md", "b.pdf", "torn.pdf"})
    assert told["b.pdf"]["results"] == [str(tmp_path / "out" / "sub" / "b.pdf.md")]
    assert (told["b.pdf"]["pages"], told["b.pdf"]["error"]) == (2, None)
    assert (told["torn.pdf"]["results"], told["torn.pdf"]["error"]["code"]) == ([], "corrupt_file")


def test_two_files_never_write_the_same_result(files, tmp_path):
    (tmp_path / "a.md").write_text("# another")
    code, _, err = run("parse", files, tmp_path / "a.md", "--output", tmp_path / "out")
    assert (code, "would both be written to a.md" in err) == (2, True)
    assert not (tmp_path / "out").exists()


def test_results_of_an_earlier_run_are_no_input(files):
    (files / "parsed").mkdir()
    (files / "parsed" / "a.md.md").write_text("# Alpha")
    found = [str(file.name) for file in input_files([files], without=files / "parsed")]
    assert found == ["a.md", "torn.pdf", "sub/b.pdf"]


def test_an_unknown_form_or_option_is_wrong_use(files, tmp_path):
    code, _, err = run("parse", files, "--format", "md,docx")
    assert (code, "'docx' is not a valid Form; there are md,html,json,chunks" in err) == (2, True)
    (tmp_path / "options.json").write_text('{"colour": "red"}')
    assert run("parse", files, "--options", tmp_path / "options.json")[0] == 2


def test_thousands_of_files_are_found_at_once(tmp_path):
    for number in range(5_000):
        (tmp_path / f"{number:05}.md").touch()
    began = time.process_time()
    assert len(list(input_files([tmp_path]))) == 5_000
    assert time.process_time() - began < 1.0


@pytest.mark.slow
def test_ctrl_c_ends_quickly_and_keeps_what_is_done(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(2_000):
        (folder / f"{number:04}.md").write_text("# Alpha\n\nbeta " * 50)
    running = start("parse", folder, "--output", tmp_path / "out", "--format", "md", "--json", "--workers", "1")
    assert running.stdout is not None
    first = json.loads(running.stdout.readline())
    running.send_signal(signal.SIGINT)
    began = time.monotonic()
    rest, err = running.communicate(timeout=30)
    assert (running.returncode, err) == (130, "")
    assert time.monotonic() - began < 5
    done = [first, *map(json.loads, rest.splitlines())]
    assert 0 < len(done) < 2_000
    assert all(Path(result).stat().st_size for line in done for result in line["results"])
    assert not list((tmp_path / "out").glob(".*"))
