"""The schema: migrations in order, a newer one refused, and a second guard behind the domain for what must never be."""

from importlib.resources import files

import apsw
import pytest

from pagemill.base.clock import SystemClock
from pagemill.domain.errors import PagemillError
from pagemill.store.migrate import DatabaseDamaged, Migration, SchemaTooNew, migrations, pending
from pagemill.store.sqlite.connection import Connection
from pagemill.store.sqlite.engine import SqliteStore, migrate, schema_version
from pagemill.store.sqlite.state import look
from pagemill.store.wakeup import Wakeups
from tests.store.world import ShiftedClock

STEPS = tuple(Migration(number, f"{number:04}_step", "") for number in (1, 2, 3))

TASK = "INSERT INTO task (id, tenant, state, revision, open_jobs, created_at, arrived_at, deadline_at, started_at, "
JOB = (
    "INSERT INTO job (task_id, revision, kind, pool, first_page, last_page, flow, rank, cost_seconds, input_hash, "
    "state, owner, run_at, result_key, attempt, begun) VALUES ('task_1', 1, 'plan', 'text', 0, 0, 1, 1.0, 1.0, 'x', "
)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "pagemill.db"
    migrate(path, SystemClock())
    return path


@pytest.fixture
def database(path):
    connection = Connection(path, SystemClock())
    connection.apsw.execute("INSERT INTO flow (tenant, band) VALUES ('acme', 'normal')")
    connection.apsw.execute(f"{TASK} finished_at) VALUES ('task_1', 'acme', 'queued', 1, 1, 0.0, 0.0, 9.0, NULL, NULL)")
    yield connection.apsw
    connection.close()


def test_a_new_file_gets_the_newest_schema_and_keeps_it(path):
    newest = migrations("sqlite")[-1].version
    assert migrate(path, SystemClock()) == newest
    connection = Connection(path, SystemClock(), read_only=True)
    assert schema_version(connection) == newest
    connection.close()


def test_the_rows_of_every_table_are_counted(path, database):
    database.execute("DELETE FROM task")
    state = look(path, SystemClock())
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    assert set(state.rows) == {name for name in tables if not name.startswith("sqlite_")} - {"node_info"}
    assert (state.rows["flow"], state.rows["task"], state.size_bytes > 0) == (1, 0, True)
    assert (state.version, state.newest) == (migrations("sqlite")[-1].version,) * 2


def test_what_is_no_database_is_named(path):
    path.write_bytes(b"not a database, however long it may be" * 100)
    with pytest.raises(DatabaseDamaged, match=r"pagemill\.db cannot be read"):
        look(path, SystemClock())


def test_only_the_steps_that_are_missing_are_taken():
    assert pending(STEPS, 1, "here") == STEPS[1:]
    assert pending(STEPS, 3, "here") == ()


def test_an_older_program_refuses_a_newer_schema_and_names_both(path):
    database = apsw.Connection(str(path))
    database.pragma("user_version", 99)
    database.close()
    with pytest.raises(SchemaTooNew, match=r"version 99.*up to \d") as refused:
        migrate(path, SystemClock())
    assert str(path) in refused.value.message
    assert "newer Pagemill" in refused.value.hint


@pytest.mark.anyio
async def test_a_store_with_a_newer_schema_does_not_open(path):
    database = apsw.Connection(str(path))
    database.pragma("user_version", 99)
    database.close()
    with pytest.raises(SchemaTooNew):
        await SqliteStore(path, ShiftedClock(), Wakeups()).open()


def test_an_engine_without_migrations_is_an_error_that_says_so():
    with pytest.raises((PagemillError, FileNotFoundError)):
        migrations("abacus")


def test_every_statement_is_a_file_of_its_own():
    folder = files("pagemill.store") / "sql" / "sqlite"
    texts = {file.name: file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".sql")}
    code = {name: [line for line in text.splitlines() if not line.startswith("--")] for name, text in texts.items()}
    several = [name for name, lines in code.items() if "".join(lines).count(";") != 1]
    assert sorted(several) == ["pragmas.sql", "reader_pragmas.sql"]


@pytest.mark.parametrize(
    "values",
    [
        pytest.param("'running', NULL, NULL, '', 1, 0)", id="running without an owner"),
        pytest.param("'ready', 1, NULL, '', 0, 0)", id="owned but not running"),
        pytest.param("'running', 1, NULL, '', 0, 0)", id="running without an attempt"),
        pytest.param("'done', NULL, NULL, '', 1, 0)", id="done without a result"),
        pytest.param("'dead', NULL, NULL, 'key/', 1, 0)", id="a result but not done"),
        pytest.param("'delayed', NULL, NULL, '', 1, 0)", id="delayed without a time"),
        pytest.param("'ready', NULL, NULL, '', 1, 1)", id="begun but not running"),
        pytest.param("'sleeping', NULL, NULL, '', 1, 0)", id="a state that is none"),
    ],
)
def test_a_job_that_the_state_machine_does_not_know_cannot_be_written(database, values):
    with pytest.raises(apsw.ConstraintError):
        database.execute(JOB + values)


@pytest.mark.parametrize(
    "change",
    [
        "state = 'succeeded', finished_at = 1.0, open_jobs = 0",
        "state = 'failed', finished_at = 1.0, open_jobs = 0",
        "state = 'cancelled', finished_at = 1.0",
        "state = 'cancelled', open_jobs = 0",
        "state = 'running'",
        "open_jobs = 0",
        "open_jobs = -1",
        "finished_at = 1.0",
        "expires_at = 1.0",
        "problem = '{}'",
    ],
)
def test_a_ghost_cannot_be_written(database, change):
    with pytest.raises(apsw.ConstraintError):
        database.execute(f"UPDATE task SET {change}")


def test_a_piece_of_a_revision_is_there_once(database):
    database.execute(JOB + "'ready', NULL, NULL, '', 0, 0)")
    with pytest.raises(apsw.ConstraintError):
        database.execute(JOB + "'ready', NULL, NULL, '', 0, 0)")


def test_every_commit_is_synced_and_deleted_content_is_overwritten(database):
    assert database.pragma("journal_mode") == "wal"
    assert database.pragma("synchronous") == 2
    assert database.pragma("secure_delete") == 1
    assert database.pragma("foreign_keys") == 1
