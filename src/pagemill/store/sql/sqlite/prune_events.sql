-- Looks only at the oldest rows: ids rise with time.
DELETE FROM event
 WHERE id IN (SELECT id FROM (SELECT id, at FROM event ORDER BY id LIMIT :events)
               WHERE at < pagemill_now() - :age_seconds)
RETURNING id;
