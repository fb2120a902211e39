-- A page of a tenant's tasks that ended in a state, newest first, from below the id :before down to :lowest. Left to itself,
-- SQLite takes the index without the tenant.
SELECT task_row.*, spec_row.*
  FROM task AS found INDEXED BY task_over_by_tenant
  JOIN task_row ON task_row.id = found.id
  JOIN spec_row ON spec_row.task_id = task_row.id AND spec_row.revision = task_row.revision
 WHERE found.finished_at IS NOT NULL AND found.tenant = :tenant AND found.state = :state
   AND found.id >= :lowest AND found.id < :before
   AND (:query = '' OR instr(lower(spec_row.file_name), lower(:query)) > 0)
 ORDER BY found.id DESC
 LIMIT :tasks;
