SELECT task_row.*, spec_row.*
  FROM task_row
  JOIN spec_row ON spec_row.task_id = task_row.id AND spec_row.revision = task_row.revision
 WHERE task_row.id > :after
 ORDER BY task_row.id
 LIMIT :tasks;
