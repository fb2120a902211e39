-- Those of the given tasks that fit; a page is as long as the list of ids.
SELECT task_row.*, spec_row.*
  FROM json_each(:ids) AS given
  JOIN task_row ON task_row.id = given.value
  JOIN spec_row ON spec_row.task_id = task_row.id AND spec_row.revision = task_row.revision
 WHERE task_row.id >= :lowest AND task_row.id < :before
   AND (:tenant IS NULL OR task_row.tenant = :tenant)
   AND (:state IS NULL OR task_row.state = :state)
   AND (:query = '' OR instr(lower(spec_row.file_name), lower(:query)) > 0)
 ORDER BY task_row.id DESC
 LIMIT :tasks;
