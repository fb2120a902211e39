SELECT task_row.*, spec_row.*
  FROM json_each(:ids) AS given
  JOIN task_row ON task_row.id = given.value
  JOIN spec_row ON spec_row.task_id = task_row.id AND spec_row.revision = task_row.revision;
