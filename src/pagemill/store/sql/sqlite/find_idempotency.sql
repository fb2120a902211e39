SELECT fingerprint, task_id FROM idempotency WHERE tenant = :tenant AND key = :key;
