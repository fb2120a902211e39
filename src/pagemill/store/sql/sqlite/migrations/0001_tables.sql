-- The tables. State, queue and result pointer are rows of one database, so they change together or not at all.
--
-- task and job are narrow and hot: a claim and a settlement rewrite them. What is wide and written once lies apart
-- (task_spec), and so does history (attempt, event). The states and what must hold in them are those of
-- domain/lifecycle.py; the CHECK constraints say them again, so that no program can write a ghost.
-- Times are seconds since the epoch. JSON columns hold what domain/errors.py and domain/options.py define.

-- A tenant's jobs of one band: the unit of fairness. Tiny; rows stay.
CREATE TABLE flow (
    id     INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    band   TEXT NOT NULL CHECK (band IN ('high', 'normal', 'low', 'retry')),
    UNIQUE (tenant, band)
) STRICT;

-- What the API shows. open_jobs counts the live jobs of this revision; at 0 the task is over.
CREATE TABLE task (
    id          TEXT    NOT NULL PRIMARY KEY,
    tenant      TEXT    NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    revision    INTEGER NOT NULL CHECK (revision >= 1),
    open_jobs   INTEGER NOT NULL CHECK (open_jobs >= 0),
    pages_done  INTEGER NOT NULL DEFAULT 0 CHECK (pages_done >= 0),
    pages_total INTEGER NOT NULL DEFAULT 0 CHECK (pages_total >= 0),
    result_key  TEXT    NOT NULL DEFAULT '',
    partial     INTEGER NOT NULL DEFAULT 0 CHECK (partial IN (0, 1)),
    problem     TEXT,
    created_at  REAL    NOT NULL,
    arrived_at  REAL    NOT NULL,
    deadline_at REAL    NOT NULL,
    started_at  REAL,
    finished_at REAL,
    expires_at  REAL,
    CHECK ((state IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
    CHECK ((state IN ('succeeded', 'failed', 'cancelled')) = (open_jobs = 0)),
    CHECK (state <> 'succeeded' OR result_key <> ''),
    CHECK (state <> 'running' OR started_at IS NOT NULL),
    CHECK ((state = 'failed') = (problem IS NOT NULL)),
    CHECK (expires_at IS NULL OR finished_at IS NOT NULL)
) STRICT, WITHOUT ROWID;

-- A task enters the indexes of the live ones once and leaves them once; its start touches none.
CREATE INDEX task_by_tenant ON task (tenant, id);
CREATE INDEX task_live ON task (id) WHERE finished_at IS NULL;
CREATE INDEX task_overdue ON task (deadline_at) WHERE finished_at IS NULL;
CREATE INDEX task_over ON task (state, id) WHERE finished_at IS NOT NULL;
CREATE INDEX task_over_by_tenant ON task (tenant, state, id) WHERE finished_at IS NOT NULL;
CREATE INDEX task_expired ON task (expires_at) WHERE expires_at IS NOT NULL;

-- What a revision was asked to do; never changed.
CREATE TABLE task_spec (
    task_id      TEXT    NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    revision     INTEGER NOT NULL,
    file_name    TEXT    NOT NULL,
    media_type   TEXT    NOT NULL,
    input_key    TEXT    NOT NULL,
    input_bytes  INTEGER NOT NULL,
    input_sha256 TEXT    NOT NULL,
    secret_key   TEXT    NOT NULL,
    options      TEXT    NOT NULL,
    metadata     TEXT    NOT NULL,
    PRIMARY KEY (task_id, revision)
) STRICT, WITHOUT ROWID;

-- One leasable piece of a task. AUTOINCREMENT, because an id that came back after a deletion would let a late worker's
-- lease (job, attempt, owner) fit a job that it never had.
CREATE TABLE job (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id      TEXT    NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    revision     INTEGER NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind IN ('plan', 'pages', 'assemble')),
    pool         TEXT    NOT NULL CHECK (pool <> ''),
    first_page   INTEGER NOT NULL CHECK (first_page >= 0),
    last_page    INTEGER NOT NULL CHECK (last_page >= first_page),
    flow         INTEGER NOT NULL REFERENCES flow (id),
    rank         REAL    NOT NULL,
    cost_seconds REAL    NOT NULL CHECK (cost_seconds > 0),
    input_hash   TEXT    NOT NULL,
    state        TEXT    NOT NULL
                 CHECK (state IN ('ready', 'delayed', 'running', 'done', 'dead', 'cancelled', 'split')),
    run_at       REAL,
    attempt      INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    failures     INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0),
    losses       INTEGER NOT NULL DEFAULT 0 CHECK (losses >= 0),
    suspect      INTEGER NOT NULL DEFAULT 0 CHECK (suspect IN (0, 1)),
    begun        INTEGER NOT NULL DEFAULT 0 CHECK (begun IN (0, 1)),
    owner        INTEGER,
    result_key   TEXT    NOT NULL DEFAULT '',
    problem      TEXT,
    CHECK ((state = 'running') = (owner IS NOT NULL)),
    CHECK ((state = 'delayed') = (run_at IS NOT NULL)),
    CHECK ((state = 'done') = (result_key <> '')),
    CHECK (state <> 'running' OR attempt > 0),
    CHECK (begun = 0 OR state = 'running'),
    UNIQUE (task_id, revision, kind, pool, first_page, last_page)
) STRICT;

CREATE INDEX job_ready ON job (pool, flow, rank, id) WHERE state = 'ready';
CREATE INDEX job_delayed ON job (run_at) WHERE state = 'delayed';
CREATE INDEX job_running ON job (owner) WHERE state = 'running';

-- One try at a job; open while outcome is null. Rows go with their task.
CREATE TABLE attempt (
    job_id     INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    attempt    INTEGER NOT NULL CHECK (attempt >= 1),
    node_id    INTEGER NOT NULL,
    started_at REAL    NOT NULL,
    ended_at   REAL,
    outcome    TEXT CHECK (outcome IN ('done', 'failed', 'given_back', 'lost', 'cancelled')),
    problem    TEXT,
    PRIMARY KEY (job_id, attempt),
    CHECK ((outcome IS NULL) = (ended_at IS NULL))
) STRICT, WITHOUT ROWID;

-- What feeds tell of tasks; outlives them. Ids only rise, and one writer gives them out in commit order.
CREATE TABLE event (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id  TEXT    NOT NULL,
    tenant   TEXT    NOT NULL,
    revision INTEGER NOT NULL,
    at       REAL    NOT NULL,
    kind     TEXT    NOT NULL,
    data     TEXT    NOT NULL
) STRICT;

CREATE INDEX event_by_task ON event (task_id, id);

-- Blob prefixes that nobody can publish any more. due_at is 0 before the first pass, and a day after it for the second.
CREATE TABLE garbage (
    prefix TEXT    NOT NULL PRIMARY KEY,
    passes INTEGER NOT NULL DEFAULT 0 CHECK (passes IN (0, 1)),
    due_at REAL    NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX garbage_due ON garbage (due_at);

-- A node's life: dead and left are for good. Narrow, since every beat rewrites it.
CREATE TABLE node (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    boot_id     TEXT    NOT NULL UNIQUE,
    state       TEXT    NOT NULL CHECK (state IN ('alive', 'dead', 'left')),
    beat        INTEGER NOT NULL DEFAULT 0,
    alive_until REAL    NOT NULL
) STRICT;

-- What a node says of itself.
CREATE TABLE node_info (
    node_id INTEGER PRIMARY KEY REFERENCES node (id) ON DELETE CASCADE,
    host    TEXT NOT NULL,
    load    TEXT NOT NULL
) STRICT;

-- The columns of a job and of a task in the order in which store/sqlite/rows.py reads them.
CREATE VIEW job_row AS
SELECT job.id, job.task_id, job.revision, job.kind, job.pool, flow.tenant, flow.band, job.rank, job.cost_seconds,
       job.input_hash, job.state, job.first_page, job.last_page, job.run_at, job.attempt, job.failures, job.losses,
       job.suspect, job.begun, job.owner, job.result_key, job.problem
  FROM job
  JOIN flow ON flow.id = job.flow;

CREATE VIEW task_row AS
SELECT id, tenant, state, revision, open_jobs, created_at, arrived_at, deadline_at, pages_done, pages_total, result_key,
       partial, problem, started_at, finished_at, expires_at
  FROM task;

CREATE VIEW spec_row AS
SELECT task_id, revision, options, file_name, media_type, input_key, input_bytes, input_sha256, secret_key, metadata
  FROM task_spec;
