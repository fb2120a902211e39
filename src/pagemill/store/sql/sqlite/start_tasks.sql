-- The first claim of a revision starts its task; a later one changes nothing.
UPDATE task SET state = 'running', started_at = pagemill_now()
 WHERE id IN (SELECT value FROM json_each(:ids)) AND state = 'queued'
RETURNING id, tenant, revision;
