-- What a tenant has besides its tasks: keys, files, and the idempotency keys of its submissions.

-- A key of the API: only the SHA-256 of the whole key is kept. A revoked one stays, so that a door that was shut stays shut.
CREATE TABLE api_key (
    id           TEXT NOT NULL PRIMARY KEY,
    tenant       TEXT NOT NULL CHECK (tenant <> ''),
    name         TEXT NOT NULL,
    scopes       TEXT NOT NULL,
    hash         TEXT NOT NULL CHECK (length(hash) = 64),
    created_at   REAL NOT NULL,
    expires_at   REAL,
    last_used_at REAL,
    revoked_at   REAL
) STRICT, WITHOUT ROWID;

CREATE INDEX api_key_live ON api_key (id) WHERE revoked_at IS NULL;

-- A file that was uploaded to be used many times. Tasks have copies of their own, so nothing refers to a row.
CREATE TABLE file (
    id         TEXT    NOT NULL PRIMARY KEY,
    tenant     TEXT    NOT NULL CHECK (tenant <> ''),
    file_name  TEXT    NOT NULL,
    media_type TEXT    NOT NULL,
    blob_key   TEXT    NOT NULL,
    size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0),
    sha256     TEXT    NOT NULL,
    created_at REAL    NOT NULL,
    expires_at REAL
) STRICT, WITHOUT ROWID;

CREATE INDEX file_by_tenant ON file (tenant, id);
CREATE INDEX file_expired ON file (expires_at) WHERE expires_at IS NOT NULL;

-- Which task a submission with an idempotency key became. Outlives the task, so that a late repeat does not bring it back.
CREATE TABLE idempotency (
    tenant      TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    task_id     TEXT NOT NULL,
    created_at  REAL NOT NULL,
    PRIMARY KEY (tenant, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_by_age ON idempotency (created_at);

-- A tenant's live tasks, whose open_jobs are its live jobs.
CREATE INDEX task_live_by_tenant ON task (tenant, id) WHERE finished_at IS NULL;

-- The columns of a key and of a file in the order in which store/sqlite reads them.
CREATE VIEW api_key_row AS
SELECT id, tenant, name, scopes, hash, created_at, expires_at, last_used_at, revoked_at
  FROM api_key;

CREATE VIEW file_row AS
SELECT id, tenant, file_name, media_type, blob_key, size_bytes, sha256, created_at, expires_at
  FROM file;
