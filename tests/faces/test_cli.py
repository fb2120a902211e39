"""The commands that talk to a service, run as a user runs them."""

import asyncio
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from pagemill.faces.cli.main import COMMANDS, load
from tests.faces.command import run
from tests.faces.world import RESULT, Served, served

pytestmark = pytest.mark.long


@pytest.fixture
def place(tmp_path):
    with served(tmp_path / "service") as place:
        yield place


@pytest.fixture
def files(tmp_path) -> Path:
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.md").write_text("# a")
    (folder / "sub" / "b.md").write_text("# b")
    (folder / ".hidden").write_text("no")
    return folder


def test_files_and_folders_are_submitted(place: Served, files: Path):
    code, out, _ = run("submit", files, "--json", url=place.url)
    assert code == 0
    assert [json.loads(line)["file_name"] for line in out.splitlines()] == ["a.md", "b.md"]


def test_results_come_back_under_the_names_of_their_files(place: Served, files: Path, tmp_path):
    async def work() -> None:
        await place.world.finish(await _claimable(place))
        await place.world.finish(await _claimable(place))

    working = place.start(work())
    code, out, _ = run("submit", files, "--output", tmp_path / "out", url=place.url)
    working.result()
    assert (code, out.count("succeeded")) == (0, 2)
    for name in ("a.md", "sub/b.md"):
        assert (tmp_path / "out" / f"{name}.md").read_bytes() == RESULT["document.md"]
        assert (tmp_path / "out" / f"{name}.json").read_bytes() == RESULT["document.json"]
        assert (tmp_path / "out" / f"{name}.chunks.jsonl").read_bytes() == RESULT["chunks.jsonl"]


def test_a_failed_file_is_told_with_its_error_and_counts(place: Served, files: Path):
    async def work() -> None:
        claim = await _claimable(place)
        await place.world.fail(claim=claim)

    working = place.start(work())
    code, out, err = run("submit", files / "a.md", "--wait", url=place.url)
    working.result()
    assert (code, "failed" in out) == (1, True)
    assert "page tree is broken [corrupt_file]" in err
    assert "Save it anew." in err


def test_a_refused_file_does_not_keep_the_others_out(place: Served, files: Path):
    (files / "0.docx").write_bytes(b"\x1f\x8b\x08" + b"\x00" * 10)
    code, out, err = run("submit", files, url=place.url)
    assert (code, len(out.splitlines())) == (1, 2)
    assert "0.docx" in err
    assert "gzip" in err


def test_options_come_from_a_file_that_is_checked(place: Served, files: Path, tmp_path):
    options = tmp_path / "options.json"
    options.write_text('{"mode":"fast"}')
    code, out, _ = run("submit", files / "a.md", "--options", options, "--json", url=place.url)
    assert (code, json.loads(out)["options"]["mode"]) == (0, "fast")
    for wrong in ("{", "[]"):
        options.write_text(wrong)
        code, _, err = run("submit", files / "a.md", "--options", options, url=place.url)
        assert (code, "options.json" in err) == (2, True)


def test_tasks_are_listed_shown_cancelled_retried_and_deleted(place: Served, files: Path):
    task_id = json.loads(run("submit", files / "a.md", "--json", url=place.url)[1])["id"]
    code, out, _ = run("tasks", "list", url=place.url)
    assert (code, task_id in out, "queued" in out) == (0, True, True)
    assert json.loads(run("tasks", "list", "--json", url=place.url)[1])["id"] == task_id
    assert "a.md" in run("tasks", "show", task_id, url=place.url)[1]
    assert "cancelled" in run("tasks", "cancel", task_id, url=place.url)[1]
    assert "queued" in run("tasks", "retry", task_id, url=place.url)[1]
    assert run("tasks", "delete", task_id, url=place.url) == (0, f"{task_id}  deleted\n", "")
    assert run("tasks", "list", "--json", url=place.url)[1] == ""


def test_an_unknown_task_is_told_and_the_others_are_served(place: Served, files: Path):
    task_id = json.loads(run("submit", files / "a.md", "--json", url=place.url)[1])["id"]
    code, out, err = run("tasks", "show", "task_0", task_id, "--json", url=place.url)
    assert (code, json.loads(out)["id"]) == (1, task_id)
    assert "task_0" in err


@pytest.mark.slow
def test_without_a_service_the_command_says_how_to_start_one(files: Path):
    code, _, err = run("submit", files / "a.md")
    assert code == 3
    assert "pagemill serve" in err


def test_wrong_use_ends_with_2(files: Path):
    assert run("submit", files / "missing.md")[0] == 2
    assert run("tasks", "show")[0] == 2
    assert run("taks")[0] == 2


def test_help_lists_every_command_without_loading_the_service():
    listing = "import sys; from pagemill.faces.cli.main import app; app(['--help'], standalone_mode=False); "
    check = "sys.exit(bool({'fastapi', 'apsw', 'numpy', 'httpx2'} & set(sys.modules)))"
    environment = {**os.environ, "COLUMNS": "120"}
    done = subprocess.run(
        [sys.executable, "-c", listing + check], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    assert all(name in done.stdout for name in COMMANDS)


def test_help_is_there_at_once():
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "pagemill", "--help"], capture_output=True, check=True)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime < 1.0


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("pagemill ", {"parse", "tasks", "keys", "ingest", "doctor"}),
        ("pagemill ta", {"tasks"}),
        ("pagemill tasks ", {"list", "show", "cancel", "retry", "delete"}),
        ("pagemill tasks list --st", {"--status"}),
        ("pagemill tasks list --status f", {"failed"}),
        ("pagemill parse --", {"--output", "--format", "--options", "--workers", "--json"}),
        ("pagemill db m", {"migrate"}),
    ],
)
def test_the_shell_completes_commands_options_and_values(typed: str, offered: set[str]):
    asked = {"_PAGEMILL_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" "))}
    command = [sys.executable, "-m", "pagemill"]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | asked, check=False)
    assert offered <= set(done.stdout.split())


def test_completion_can_be_set_up():
    command = [sys.executable, "-m", "pagemill", "--show-completion", "bash"]
    # Otherwise the shell is the one that the tests were started from, which may be one without completion.
    named = os.environ | {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    assert "_PAGEMILL_COMPLETE" in subprocess.run(command, capture_output=True, text=True, check=True, env=named).stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_can_be_loaded_and_helps(name: str):
    assert load(name).name == name
    code, out, _ = run(name, "--help")
    assert (code, "--help" in out) == (0, True)


async def _claimable(place: Served):
    """The next job, as soon as there is one."""
    while True:
        heard = place.world.service.wakeups.work.rings
        counts = await place.world.service.views.counts()
        if counts.ready:
            return await place.world.claim()
        await asyncio.wait_for(place.world.service.wakeups.work.wait(heard, 5), 60)
