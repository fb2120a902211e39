-- The first claim of a revision starts its task; a later one changes nothing.
UPDATE task SET state = 'running', started_at = pagemill_now() WHERE id = :id AND state = 'queued'
RETURNING id, tenant, revision;
