"""The commands for operators: many tasks at once, nodes and keys, in a running service and without one."""

import json
from pathlib import Path

import pytest

from pagemill.domain.task import TaskState
from tests.faces.command import alone, free_port, run, start
from tests.faces.world import Served, served

pytestmark = pytest.mark.long


@pytest.fixture
def place(tmp_path):
    with served(tmp_path / "service") as place:
        yield place


@pytest.fixture
def tasks(place: Served) -> Served:
    """Two failed tasks, then two waiting ones."""
    for name in ("a.md", "b.md"):
        place.run(place.world.submit(name=name))
        place.run(place.world.fail())
    for name in ("c.md", "other.md"):
        place.run(place.world.submit(name=name))
    return place


def listed(place: Served, *options: str) -> list[str]:
    _, out, _ = run("tasks", "list", "--json", *options, url=place.url)
    return [json.loads(line)["file_name"] for line in out.splitlines()]


def test_tasks_are_listed_by_state_and_name_and_at_most_so_many(tasks):
    assert listed(tasks, "--status", "failed") == ["b.md", "a.md"]
    assert listed(tasks, "-q", "other") == ["other.md"]
    assert listed(tasks, "--limit", "1") == ["other.md"]


def test_a_table_that_is_piped_is_whole_lines_of_columns(tasks):
    heading, *rows = run("tasks", "list", url=tasks.url)[1].splitlines()
    assert heading.split("\t") == ["id", "status", "pages", "created", "file"]
    assert rows[0].split("\t")[1::3] == ["queued", "other.md"]


@pytest.mark.parametrize(("verb", "done"), [("retry", "queued again"), ("delete", "deleted")])
def test_all_that_fit_are_changed_after_a_dry_run_that_changes_nothing(tasks, verb, done):
    command = ("tasks", verb, "--status", "failed", "--all")
    assert run(*command, "--dry-run", url=tasks.url) == (0, f"2 of 2 tasks would be {done}\n", "")
    assert listed(tasks, "--status", "failed") == ["b.md", "a.md"]
    assert json.loads(run(*command, "--json", url=tasks.url)[1]) == {"matched": 2, "changed": 2, "dry_run": False}
    assert listed(tasks, "--status", "failed") == []


def test_without_a_filter_all_means_all(tasks):
    assert run("tasks", "cancel", "--all", url=tasks.url)[1] == "2 of 4 tasks cancelled\n"
    assert len(listed(tasks, "--status", TaskState.CANCELLED)) == 2


@pytest.mark.parametrize("arguments", [(), ("--status", "failed"), ("task_1", "--all"), ("task_1", "-q", "a")])
def test_nothing_is_changed_by_a_slip_of_the_pen(tasks, arguments):
    for verb in ("cancel", "retry", "delete"):
        code, out, err = run("tasks", verb, *arguments, url=tasks.url)
        assert (code, out, err.startswith("pagemill: tasks: name ")) == (2, "", True)
    assert len(listed(tasks)) == 4


def test_nodes_are_listed_and_drained(place):
    place.run(place.world.submit())
    place.run(place.world.claim())
    node = json.loads(run("nodes", "list", "--json", url=place.url)[1])
    heading, row = run("nodes", "list", url=place.url)[1].splitlines()
    assert dict(zip(heading.split("\t"), row.split("\t"), strict=True))["state"] == "alive"
    assert run("nodes", "drain", str(node["id"]), url=place.url)[1].startswith(f"node {node['id']} on host: drain")
    assert json.loads(run("nodes", "list", "--json", url=place.url)[1])["draining"]
    assert not json.loads(run("nodes", "undrain", str(node["id"]), "--json", url=place.url)[1])["draining"]


def test_a_node_that_is_not_there_is_told(place):
    code, _, err = run("nodes", "drain", "77", url=place.url)
    assert (code, "no node 77 is alive" in err) == (1, True)


def test_the_first_key_can_be_made_before_the_first_start(tmp_path, monkeypatch):
    folder = tmp_path / "service"
    code, _, err = run("keys", "create", "--data", folder, url="")
    assert (code, "the first key needs the scope `admin`" in err) == (1, True)
    scopes = ("--scope", "admin", "--scope", "read")
    code, key, err = run("keys", "create", "--name", "mine", *scopes, "--data", folder, url="")
    assert (code, key.startswith("pm_"), "admin, read" in err) == (0, True, True)
    with served(folder) as place:
        assert run("tasks", "list", url=place.url)[0] == 1
        monkeypatch.setenv("PAGEMILL_API_KEY", key.strip())
        assert run("tasks", "list", url=place.url)[0] == 0
        other = json.loads(run("keys", "create", "--tenant", "acme", "--json", url=place.url)[1])
        assert (other["tenant"], other["scopes"]) == ("acme", ["read", "write"])
        assert run("keys", "revoke", other["id"], url=place.url) == (0, f"{other['id']}  revoked\n", "")
        there = run("keys", "list", "--json", url=place.url)[1].splitlines()
    here = run("keys", "list", "--json", "--data", folder, url="")[1].splitlines()
    assert [json.loads(line)["id"] for line in here] == [json.loads(line)["id"] for line in there]
    assert [json.loads(line)["revoked_at"] is None for line in here] == [False, True]


def test_other_machines_are_let_in_only_once_there_is_a_key(tmp_path):
    folder = tmp_path / "service"
    code, _, err = alone("serve", "--host", "0.0.0.0", "--port", free_port(), "--no-work", "--data", folder)
    assert (code, "would let anybody in" in err, "pagemill keys create" in err) == (2, True, True)
    run("keys", "create", "--scope", "admin", "--data", folder, url="")
    serving = start("serve", "--host", "0.0.0.0", "--port", free_port(), "--no-work", "--data", folder)
    assert serving.stdout is not None
    assert serving.stdout.readline().startswith("Pagemill listens on http://0.0.0.0:")
    serving.terminate()
    serving.communicate(timeout=30)


def test_a_key_is_revoked_in_a_folder_without_a_service(tmp_path):
    made = json.loads(run("keys", "create", "--scope", "admin", "--data", tmp_path, "--json", url="")[1])
    assert run("keys", "revoke", made["id"], "--data", tmp_path, url="")[0] == 0
    heading, row = run("keys", "list", "--data", tmp_path, url="")[1].splitlines()
    shown = dict(zip(heading.split("\t"), row.split("\t"), strict=True))
    assert (shown["id"], shown["scopes"], shown["revoked"] != "") == (made["id"], "admin", True)
    code, _, err = run("keys", "revoke", "0", "--data", tmp_path, url="")
    assert (code, "pagemill: keys:" in err) == (1, True)


def test_a_key_is_never_listed(tmp_path: Path):
    key = run("keys", "create", "--scope", "admin", "--data", tmp_path, url="")[1].strip()
    for options in ((), ("--json",)):
        assert key not in run("keys", "list", "--data", tmp_path, *options, url="")[1]
