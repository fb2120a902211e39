"""The commands that work on a data folder: `db` and `fsck`."""

import json
from pathlib import Path

import apsw
import pytest

from pagemill.store.sqlite.folder_lock import FolderLock
from tests.faces.command import run
from tests.faces.world import served

pytestmark = pytest.mark.long


@pytest.fixture
def data(tmp_path) -> Path:
    """The folder of a service that was stopped: one task has ended, one waits."""
    folder = tmp_path / "data"
    with served(folder) as place:
        place.run(place.world.submit())
        place.run(place.world.finish())
        place.run(place.world.submit(name="b.md"))
    return folder


@pytest.fixture
def in_use(data: Path):
    lock = FolderLock(data)
    lock.acquire()
    yield data
    lock.release()


def result_of_the_first_task(data: Path, name: str) -> Path:
    (found,) = (data / "blobs").rglob(name)
    return found


def test_status_tells_schema_size_rows_and_who_works_on_it(data):
    code, out, _ = run("db", "status", "--data", data)
    told = {line.split("  ")[1]: line.split()[-1] for line in out.splitlines()[1:]}
    assert (code, told["task rows"], told["in use"]) == (0, "2", "no")
    code, out, _ = run("db", "status", "--data", data, "--json")
    state = json.loads(out)
    assert (state["version"], state["rows"]["task"], state["in_use_by"]) == (state["newest"], 2, None)


def test_a_running_service_is_named_and_in_the_way(in_use):
    state = json.loads(run("db", "status", "--data", in_use, "--json")[1])
    assert state["in_use_by"].startswith("process ")
    for command in (("db", "migrate"), ("fsck", "--repair")):
        code, out, err = run(*command, "--data", in_use)
        assert (code, out) == (2, "")
        assert "is in use by another pagemill process" in err
    assert run("fsck", "--data", in_use)[0] == 0


def test_migrating_makes_the_database_and_says_what_it_did(tmp_path):
    code, out, _ = run("db", "migrate", "--data", tmp_path / "new", "--json")
    done = json.loads(out)
    assert (code, done["from_version"], done["version"] > 0) == (0, 0, True)
    assert run("db", "migrate", "--data", tmp_path / "new")[1].endswith(f"schema version {done['version']}\n")


def test_a_newer_schema_is_refused_clearly(data):
    database = apsw.Connection(str(data / "pagemill.db"))
    database.pragma("user_version", 99)
    database.close()
    code, out, err = run("db", "migrate", "--data", data)
    assert (code, out) == (2, "")
    assert "has schema version 99" in err
    assert "Start the newer Pagemill" in err
    code, out, _ = run("db", "status", "--data", data)
    assert (code, "newer than this program's" in out) == (1, True)


def test_an_older_schema_is_told_and_not_read(data):
    database = apsw.Connection(str(data / "pagemill.db"))
    database.pragma("user_version", 1)
    database.close()
    code, out, _ = run("db", "status", "--data", data)
    assert (code, "`pagemill db migrate`" in out) == (1, True)
    code, out, err = run("fsck", "--data", data)
    assert (code, out, "has schema version 1" in err) == (2, "", True)


def test_where_there_is_no_database_nothing_is_made(tmp_path):
    for command in (("db", "status"), ("fsck",), ("fsck", "--repair")):
        code, out, err = run(*command, "--data", tmp_path / "nowhere")
        assert (code, out, "there is no database" in err) == (2, "", True)
    assert not (tmp_path / "nowhere").exists()


def test_what_is_no_database_is_told_in_one_line(tmp_path):
    (tmp_path / "pagemill.db").write_bytes(b"junk" * 1000)
    for command in (("db", "status"), ("db", "migrate"), ("fsck", "--repair")):
        code, _, err = run(*command, "--data", tmp_path)
        assert (code, "file is not a database" in err) == (2, True)


def test_damage_is_listed_then_mended(data):
    lost = result_of_the_first_task(data, "document.md")
    lost.unlink()
    code, out, _ = run("fsck", "--data", data)
    assert (code, out.splitlines()[-1]) == (1, "2 tasks checked: 1 thing is wrong")
    code, out, _ = run("fsck", "--repair", "--data", data)
    assert code == 0
    assert "document.md is missing" in out
    assert "run again as revision 2 when the service starts" in out
    assert out.splitlines()[-1] == "2 tasks checked: clean"
    assert run("fsck", "--data", data) == (0, "2 tasks checked: clean\n", "")


def test_what_cannot_be_run_again_fails(data):
    result_of_the_first_task(data, "document.md").unlink()
    for submitted in (data / "blobs").rglob("input/file"):
        submitted.unlink()
    code, out, _ = run("fsck", "--repair", "--data", data, "--json")
    done = json.loads(out)
    assert (code, done["clean"], done["tasks"]) == (0, True, 2)
    assert [mended["remedy"] for mended in done["mended"]] == ["failed", "failed"]


def test_a_whole_result_without_its_input_is_not_thrown_away(data):
    done = result_of_the_first_task(data, "document.md").relative_to(data / "blobs").parts[0]
    (data / "blobs" / done / "input" / "file").unlink()
    code, out, _ = run("fsck", "--repair", "--data", data)
    assert (code, "fetch the result and delete the task" in out) == (1, True)
    assert json.loads(run("fsck", "--data", data, "--json")[1])["findings"][0]["task_id"] == done
