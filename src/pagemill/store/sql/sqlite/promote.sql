-- The second half of edges d and e: what has waited its time is ready.
UPDATE job SET state = 'ready', run_at = NULL
 WHERE id IN (SELECT id FROM job WHERE state = 'delayed' AND run_at <= pagemill_now() ORDER BY run_at LIMIT :jobs)
RETURNING id;
