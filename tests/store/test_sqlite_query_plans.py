"""The hot statements find their rows by index: no scan of task or job, however many rows there are."""

import json

import apsw
import pytest

from pagemill.base.clock import SystemClock
from pagemill.store.sqlite.connection import Connection, statement
from pagemill.store.sqlite.engine import migrate

IDS = json.dumps(["task_1"])
LEASES = json.dumps([[1, 1]])
JOB = {"owner": 1, "pool": "text", "tenant": "acme", "band": "normal", "jobs": 5}
TASKS = {"tenant": "acme", "state": "failed", "lowest": "", "before": "x", "query": "", "tasks": 10, "ids": IDS}
LOWEST = {"tenant": "acme", "state": "failed", "lowest": "", "before": "x", "looked": 10}
ENDS = {"tenant": "acme", "grain_seconds": 60, "start": 1, "examples": 5}

USES = {
    "claim": (JOB, "job_ready"),
    "backlog": ({"pool": "text", "after": 0, "flows": 9, "count_bound": 9, "sample": 9}, "job_ready"),
    "orphans": ({"jobs": 100}, "job_running"),
    "held_by_node": ({"owner": 1}, "job_running"),
    "promote": ({"jobs": 200}, "job_delayed"),
    "held": ({"leases": LEASES}, "INTEGER PRIMARY KEY"),
    "end_attempt_of_job": (None, "INTEGER PRIMARY KEY"),
    "mark_begun": (None, "INTEGER PRIMARY KEY"),
    "start_tasks": ({"ids": IDS}, "PRIMARY KEY"),
    "update_task": (None, "PRIMARY KEY"),
    "parts": ({"task_id": "x", "revision": 1}, "sqlite_autoindex_job_1"),
    "cancel_jobs": ({"task_id": "x"}, "sqlite_autoindex_job_1"),
    "live_attempts_of_task": ({"task_id": "x"}, "sqlite_autoindex_job_1"),
    "jobs_of_task": ({"task_id": "x"}, "sqlite_autoindex_job_1"),
    "attempts_of_task": ({"task_id": "x"}, "sqlite_autoindex_job_1"),
    "last_problem": ({"task_id": "x", "revision": 1}, "sqlite_autoindex_job_1"),
    "known_tasks": ({"ids": IDS}, "PRIMARY KEY"),
    "tasks_by_id": ({"ids": IDS}, "PRIMARY KEY"),
    "specs_of_jobs": ({"jobs": "[1]"}, "INTEGER PRIMARY KEY"),
    "overdue_tasks": ({"tasks": 5}, "task_overdue"),
    "expired_tasks": ({"tasks": 5}, "task_expired"),
    "tasks_of_tenant": (TASKS, "task_by_tenant"),
    "tasks_live": (TASKS, "task_live "),
    "tasks_live_of_tenant": (TASKS, "task_live_by_tenant (tenant=? AND id>? AND id<?)"),
    "tasks_over": (TASKS, "task_over (state=? AND id>? AND id<?)"),
    "tasks_over_of_tenant": (TASKS, "task_over_by_tenant (tenant=? AND state=? AND id>? AND id<?)"),
    "tasks_among": (TASKS, "PRIMARY KEY (id=?)"),
    "lowest_of_all": (LOWEST, "PRIMARY KEY (id>? AND id<?)"),
    "lowest_of_tenant": (LOWEST, "task_by_tenant (tenant=? AND id>? AND id<?)"),
    "lowest_live": (LOWEST, "task_live (id>? AND id<?)"),
    "lowest_live_of_tenant": (LOWEST, "task_live_by_tenant (tenant=? AND id>? AND id<?)"),
    "lowest_over": (LOWEST, "task_over (state=? AND id>? AND id<?)"),
    "lowest_over_of_tenant": (LOWEST, "task_over_by_tenant (tenant=? AND state=? AND id>? AND id<?)"),
    "ends": (ENDS, "PRIMARY KEY (grain_seconds=? AND tenant=? AND state=? AND start>?)"),
    "failures": (ENDS, "PRIMARY KEY (grain_seconds=? AND tenant=? AND state=? AND start>?)"),
    "prune_ends": ({"grain_seconds": 60, "age_seconds": 1, "ends": 9}, "task_end_by_age (grain_seconds=? AND start<?)"),
    "live_ready": ({"tenant": "acme", "pool": "text", "bound": 9}, "job_ready (pool=? AND flow=?)"),
    "live_tasks_of_tenant": ({"tenant": "acme", "bound": 9}, "task_live_by_tenant (tenant=?)"),
    "node_may_claim": ({"owner": 1}, "INTEGER PRIMARY KEY"),
    "tasks": (TASKS, "PRIMARY KEY"),
    "tasks_after": ({"after": "x", "tasks": 10}, "PRIMARY KEY"),
    "live_jobs_of_tenant": ({"tenant": "acme", "bound": 10}, "task_live_by_tenant"),
    "live_api_keys": ({"keys": 10}, "api_key_live"),
    "count_live_api_keys": ({"bound": 10}, "api_key_live"),
    "api_keys": ({"before": "x", "keys": 10}, "PRIMARY KEY"),
    "files_of_tenant": ({"tenant": "acme", "before": "x", "files": 10}, "file_by_tenant"),
    "files_after": ({"after": "x", "files": 10}, "PRIMARY KEY"),
    "known_files": ({"ids": IDS}, "PRIMARY KEY"),
    "expired_files": ({"files": 10}, "file_expired"),
    "find_idempotency": ({"tenant": "acme", "key": "k"}, "PRIMARY KEY"),
    "prune_idempotency": ({"age_seconds": 1, "keys": 10}, "idempotency_by_age"),
    "events": ({"after": 1, "events": 10}, "INTEGER PRIMARY KEY"),
    "events_of_task": ({"task_id": "x", "after": 1, "events": 10}, "event_by_task"),
    "garbage": ({"prefixes": 10}, "garbage_due"),
    "garbage_of_task": ({"task_id": "x"}, "PRIMARY KEY"),
    "delete_garbage_below": ({"task_id": "x"}, "PRIMARY KEY"),
    "delete_task": ({"id": "x"}, "PRIMARY KEY"),
}


SCANS = tuple(f"SCAN {table}" for table in ("job", "task", "attempt", "event", "file", "idempotency"))


class Unbound(dict):
    """Values of a statement of which only the plan is asked for."""

    def __missing__(self, name):
        return None


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    path = tmp_path_factory.mktemp("plans") / "pagemill.db"
    migrate(path, SystemClock())
    connection = Connection(path, SystemClock())
    yield connection.apsw
    connection.close()


def plan(database: apsw.Connection, name, values):
    rows = database.execute(f"EXPLAIN QUERY PLAN {statement(name)}", values or Unbound())
    return [row[3] for row in rows]


@pytest.mark.parametrize("name", USES)
def test_a_hot_statement_finds_its_rows_by_index(database, name):
    values, index = USES[name]
    steps = plan(database, name, values)
    assert not [step for step in steps if step.startswith(SCANS)]
    assert [step for step in steps if index in step], steps


LISTINGS = ["tasks", "tasks_of_tenant", "tasks_live", "tasks_live_of_tenant", "tasks_over", "tasks_over_of_tenant"]


@pytest.mark.parametrize("name", ["claim", "backlog", "promote", "overdue_tasks", "events_of_task", *LISTINGS])
def test_what_an_index_orders_is_not_sorted_again(database, name):
    assert not [step for step in plan(database, name, USES[name][0]) if "TEMP B-TREE" in step]


@pytest.mark.parametrize(("name", "index"), [("live_begun", "job_delayed job_running"), ("live_tasks", "task_live")])
def test_what_is_live_is_counted_in_partial_indexes_up_to_a_bound(database, name, index):
    scans = [
        step
        for step in plan(database, name, {"tenant": None, "bound": 9})
        if step.startswith(("SCAN job", "SCAN task"))
    ]
    assert scans == [step for step in scans if any(f"USING INDEX {one}" in step for one in index.split())]
    assert len(scans) == len(index.split())
    assert "LIMIT :bound" in statement(name)


def test_the_counts_read_partial_indexes_only(database):
    steps = [step for step in plan(database, "counts", {"bound": 10}) if " job" in step]
    assert len(steps) == 4
    assert all(index in step for index, step in zip(("ready", "delayed", "running", "ready"), steps, strict=True))
