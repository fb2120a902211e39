DELETE FROM idempotency
 WHERE (tenant, key) IN (SELECT tenant, key FROM idempotency WHERE created_at < pagemill_now() - :age_seconds
                          ORDER BY created_at LIMIT :keys)
RETURNING key;
