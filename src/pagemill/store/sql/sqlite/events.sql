SELECT id, task_id, tenant, revision, at, kind, data FROM event WHERE id > :after ORDER BY id LIMIT :events;
