-- A page of a tenant's tasks, newest first, from below the id :before down to :lowest.
SELECT task_row.*, spec_row.*
  FROM task_row
  JOIN spec_row ON spec_row.task_id = task_row.id AND spec_row.revision = task_row.revision
 WHERE task_row.tenant = :tenant AND task_row.id >= :lowest AND task_row.id < :before
   AND (:query = '' OR instr(lower(spec_row.file_name), lower(:query)) > 0)
 ORDER BY task_row.id DESC
 LIMIT :tasks;
