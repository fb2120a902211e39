-- Rows by table, each counted up to a bound.
SELECT 'task', count(*) FROM (SELECT 1 FROM task LIMIT :bound)
UNION ALL SELECT 'task_spec', count(*) FROM (SELECT 1 FROM task_spec LIMIT :bound)
UNION ALL SELECT 'job', count(*) FROM (SELECT 1 FROM job LIMIT :bound)
UNION ALL SELECT 'attempt', count(*) FROM (SELECT 1 FROM attempt LIMIT :bound)
UNION ALL SELECT 'event', count(*) FROM (SELECT 1 FROM event LIMIT :bound)
UNION ALL SELECT 'garbage', count(*) FROM (SELECT 1 FROM garbage LIMIT :bound)
UNION ALL SELECT 'flow', count(*) FROM (SELECT 1 FROM flow LIMIT :bound)
UNION ALL SELECT 'node', count(*) FROM (SELECT 1 FROM node LIMIT :bound)
UNION ALL SELECT 'api_key', count(*) FROM (SELECT 1 FROM api_key LIMIT :bound)
UNION ALL SELECT 'file', count(*) FROM (SELECT 1 FROM file LIMIT :bound)
UNION ALL SELECT 'idempotency', count(*) FROM (SELECT 1 FROM idempotency LIMIT :bound)
UNION ALL SELECT 'task_end', count(*) FROM (SELECT 1 FROM task_end LIMIT :bound);
