-- :rows tasks of the last 30 days in five tenants, as if they had been worked on: 91 % succeeded, 6 % failed for twelve reasons,
-- 3 % cancelled; the newest are not over: 6,000 queued and 500 running. Each has a specification and its plan job.
INSERT INTO flow (id, tenant, band)
VALUES (1, 'default', 'normal'), (2, 'acme', 'normal'), (3, 'globex', 'low'), (4, 'initech', 'high'), (5, 'umbrella', 'normal');

INSERT INTO node (boot_id, state, alive_until) VALUES ('benchmark', 'left', 0.0);

INSERT INTO node_info (node_id, host, load) SELECT id, 'benchmark', '{}' FROM node;

CREATE TEMP TABLE made (number INTEGER PRIMARY KEY, id TEXT, at REAL, flow INTEGER, state TEXT, code TEXT);

INSERT INTO made
WITH RECURSIVE counted (number) AS (VALUES (1) UNION ALL SELECT number + 1 FROM counted WHERE number < :rows),
     dated AS (SELECT number, :now - 2592000.0 * (:rows - number + 1) / :rows AS at FROM counted)
SELECT number,
       'task_' || printf('%012x', CAST(at * 1000 AS INTEGER)) || '7' || lower(substr(hex(randomblob(2)), 1, 3)) || '8'
               || lower(substr(hex(randomblob(8)), 1, 15)),
       at,
       CASE WHEN number % 10 < 6 THEN 1 ELSE 2 + number % 4 END,
       CASE WHEN number > :rows - :running THEN 'running'
            WHEN number > :rows - :running - :queued THEN 'queued'
            WHEN number % 100 < 6 THEN 'failed'
            WHEN number % 100 < 9 THEN 'cancelled'
            ELSE 'succeeded' END,
       :codes ->> (number / 100 % 12)
  FROM dated;

INSERT INTO task (id, tenant, state, revision, open_jobs, pages_done, pages_total, result_key, problem, created_at, arrived_at,
                  deadline_at, started_at, finished_at)
SELECT made.id, flow.tenant, state, 1, state IN ('queued', 'running'), 4 * (state = 'succeeded'), 4 * (state <> 'queued'),
       iif(state = 'succeeded', made.id || '/1/1/1/', ''),
       iif(state = 'failed', json_object('code', code, 'message', 'page 3: it cannot be read', 'page', 3), NULL),
       at, at, at + 604800.0,
       iif(state <> 'queued', at + 1.0, NULL), iif(state IN ('queued', 'running'), NULL, at + 1.0 + number % 40)
  FROM made
  JOIN flow ON flow.id = made.flow
 ORDER BY made.id;

INSERT INTO task_spec (task_id, revision, file_name, media_type, input_key, input_bytes, input_sha256, secret_key, options,
                       metadata)
SELECT id, 1,
       printf('%s %d of the branch in %s.pdf', :words ->> (number % 8), number, :towns ->> (number / 8 % 8)),
       'application/pdf', id || '/input/file', 120000 + number % 9999, printf('%064x', number), '', :options,
       json_object('case', number)
  FROM made
 ORDER BY id;

INSERT INTO job (task_id, revision, kind, pool, first_page, last_page, flow, rank, cost_seconds, input_hash, state, attempt, owner,
                 result_key)
SELECT id, 1, 'plan', 'text', 0, 0, flow, at, 0.06, printf('%032x', number),
       CASE state WHEN 'queued' THEN 'ready' WHEN 'running' THEN 'running' WHEN 'succeeded' THEN 'done' WHEN 'failed' THEN 'dead'
                  ELSE 'cancelled' END,
       state <> 'queued', iif(state = 'running', 1, NULL), iif(state = 'succeeded', id || '/1/1/1/', '')
  FROM made
 ORDER BY id;

INSERT INTO task_end
SELECT grain.value,
       flow.tenant, state, CAST((at + 1.0 + number % 40) / grain.value AS INTEGER) * grain.value, iif(state = 'failed', code, ''),
       number % 7 + 8, count(*), 4 * count(*), total(1.0 + number % 40), max(at), made.id
  FROM made
  JOIN flow ON flow.id = made.flow
  JOIN json_each('[60, 3600, 86400]') AS grain
 WHERE state NOT IN ('queued', 'running') AND at > :now - grain.value / 60 * 21600.0
 GROUP BY 1, 2, 3, 4, 5, 6;

DROP TABLE made;
