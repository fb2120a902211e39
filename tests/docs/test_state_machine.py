"""docs/state-machine.md draws the machine that the code is."""

import re
from pathlib import Path

from pagemill.domain.lifecycle import ALLOWED_EDGES
from pagemill.domain.task import JobState, TaskState

PAGE = (Path(__file__).parents[2] / "docs" / "state-machine.md").read_text(encoding="utf-8")
JOBS, TASKS = PAGE.split("## Tasks")

Edges = set[tuple[str, JobState | None, JobState]]


def in_code() -> Edges:
    return {(letter, *edge) for letter, edges in ALLOWED_EDGES.items() for edge in edges}


def in_table() -> Edges:
    rows = re.findall(r"^\| (\w) \| ([^|]+) \| ([^|]+) \|", JOBS, re.MULTILINE)
    return {
        (letter, source, target)
        for letter, sources, targets in rows
        for source in [JobState(name) for name in re.findall(r"`(\w+)`", sources)] or [None]
        for target in [JobState(name) for name in re.findall(r"`(\w+)`", targets)]
    }


def drawn(text: str) -> list[tuple[str, str, str]]:
    return re.findall(r"^    (\S+) --> (\S+)(?: : (.*))?$", text, re.MULTILINE)


def test_the_table_has_the_edges_of_the_code_and_no_others() -> None:
    assert in_table() == in_code()


def test_the_drawing_has_the_edges_of_the_code_and_no_others() -> None:
    edges = {
        (letter, None if source == "[*]" else JobState(source), JobState(target))
        for source, target, letters in drawn(JOBS)
        if target != "[*]"
        for letter in letters.split(", ")
    }
    assert edges == in_code()


def test_the_drawing_ends_where_rows_are_terminal() -> None:
    ends = {JobState(source) for source, target, _ in drawn(JOBS) if target == "[*]"}
    assert ends == {state for state in JobState if state.terminal}


def test_the_drawing_of_tasks_has_every_state_and_leaves_terminal_ones_only_by_running_again() -> None:
    edges = [(source, target, label) for source, target, label in drawn(TASKS) if source != "[*]"]
    states = {name for source, target, _ in edges for name in (source, target)}
    assert states == {state.value for state in TaskState}
    assert {label for source, _, label in edges if TaskState(source).terminal} == {"run again"}
