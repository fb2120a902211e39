INSERT INTO idempotency (tenant, key, fingerprint, task_id, created_at)
VALUES (:tenant, :key, :fingerprint, :task_id, pagemill_now());
