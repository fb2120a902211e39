"""`pagemill doctor`: what is there is named, what is missing is told with what to do, and only problems count."""

import json
import os
import socket
from pathlib import Path

import pytest

from pagemill.faces.cli.checks import data_folder, machine, software
from pagemill.faces.cli.checks.check import State
from pagemill.store.migrate import DatabaseState
from tests.faces.command import run


def test_every_check_is_a_line_with_a_state(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    code, out, _ = run("doctor", "--data", tmp_path / "new", "--port", port, "--json")
    found = {line["name"]: line for line in map(json.loads, out.splitlines())}
    assert code == 0
    named = {"Python", "SQLite", "recognition models", "OpenVINO", "LibreOffice", "Tesseract", "cores", "memory"}
    assert set(found) == named | {"settings", "data folder", "database", "disk", "fsync", f"port {port}"}
    assert found["database"]["state"] == "missing"
    assert all(line["advice"] for line in found.values() if line["state"] != "ok")
    assert not (tmp_path / "new").exists()


def test_a_problem_ends_with_1_and_says_what_to_do(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, out, _ = run("doctor", "--data", tmp_path, "--port", str(taken.getsockname()[1]))
    assert code == 1
    assert "problem   port" in out
    assert "pagemill serve --port" in out


def test_a_wrong_setting_is_a_problem(monkeypatch, tmp_path):
    monkeypatch.setenv("PAGEMILL_TEXT_SLOTS", "many")
    code, out, _ = run("doctor", "--data", tmp_path)
    assert (code, "problem   settings" in out) == (1, True)


@pytest.mark.parametrize(
    ("version", "state"),
    [("3.6.23", "ok"), ("3.7.0", "problem"), ("3.51.2", "problem"), ("3.51.3", "ok"), ("3.54.1", "ok")],
)
def test_the_bug_that_loses_commits_is_known_by_its_versions(version, state):
    assert software.sqlite(version).state == state


def test_an_old_python_is_a_problem():
    assert software.python((3, 10, 4)).state is State.PROBLEM


def test_optional_programs_are_missing_or_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert software.libreoffice().state is State.MISSING
    assert "libreoffice-writer-nogui" in software.libreoffice().advice
    assert software.tesseract().state is State.MISSING
    program(tmp_path / "tesseract", "echo 'tesseract 5.5.0'")
    assert (software.tesseract().state, software.tesseract().detail) == (State.OK, "tesseract 5.5.0")
    program(tmp_path / "soffice", "exit 3")
    assert software.libreoffice().state is State.PROBLEM


def test_a_full_disk_and_a_foreign_schema_are_problems(tmp_path, monkeypatch):
    monkeypatch.setattr(data_folder, "LEAST_FREE_BYTES", 1 << 60)
    assert data_folder.room(tmp_path).state is State.PROBLEM
    newer = DatabaseState(path="", version=9, newest=8, size_bytes=0, rows={})
    older = DatabaseState(path="", version=7, newest=8, size_bytes=0, rows={})
    assert [data_folder.database(state).state for state in (newer, older, None)] == ["problem", "missing", "missing"]


def test_little_memory_is_a_problem(monkeypatch):
    monkeypatch.setattr(machine, "memory_limit_bytes", lambda: 512 * 1024 * 1024)
    assert machine.memory().state is State.PROBLEM
    assert "allowed by the control group" in machine.memory().detail


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_a_problem(tmp_path):
    tmp_path.chmod(0o500)
    assert data_folder.durability(tmp_path).state is State.PROBLEM
    tmp_path.chmod(0o700)


def program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
