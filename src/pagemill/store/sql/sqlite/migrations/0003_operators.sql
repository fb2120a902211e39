-- What operators ask: how tasks ended, and which nodes are to take nothing more.

-- Ends of tasks, counted: a row for each minute, each hour and each day in which tasks of a tenant ended in one way. Written in the
-- transaction that ends the tasks. code is '' unless they failed; duration_class is domain/tally.py's.
--
-- On SQLite there is one writer, so an upsert waits for nobody. On PostgreSQL every settlement of a minute would wait for the same
-- row: there the transaction only inserts its counts into an unindexed table of differences, without looking at any row, the
-- reads add the differences up, and the pruner folds them into this table with SKIP LOCKED.
CREATE TABLE task_end (
    grain_seconds  INTEGER NOT NULL CHECK (grain_seconds IN (60, 3600, 86400)),
    tenant         TEXT    NOT NULL,
    state          TEXT    NOT NULL CHECK (state IN ('succeeded', 'failed', 'cancelled')),
    start          INTEGER NOT NULL,
    code           TEXT    NOT NULL,
    duration_class INTEGER NOT NULL,
    tasks          INTEGER NOT NULL CHECK (tasks > 0),
    pages          INTEGER NOT NULL CHECK (pages >= 0),
    seconds        REAL    NOT NULL CHECK (seconds >= 0),
    last_at        REAL    NOT NULL,
    last_task_id   TEXT    NOT NULL,
    PRIMARY KEY (grain_seconds, tenant, state, start, code, duration_class),
    CHECK ((state = 'failed') = (code <> ''))
) STRICT, WITHOUT ROWID;

CREATE INDEX task_end_by_age ON task_end (grain_seconds, start);

-- A wish of the operator; the node learns of it with its next beat.
ALTER TABLE node_info ADD COLUMN draining INTEGER NOT NULL DEFAULT 0 CHECK (draining IN (0, 1));
