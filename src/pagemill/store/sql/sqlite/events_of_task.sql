SELECT id, task_id, tenant, revision, at, kind, data
  FROM event
 WHERE task_id = :task_id AND id > :after
 ORDER BY id
 LIMIT :events;
