INSERT INTO event (task_id, tenant, revision, at, kind, data)
VALUES (:task_id, :tenant, :revision, pagemill_now(), :kind, :data);
