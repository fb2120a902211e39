SELECT job.id, spec_row.*
  FROM json_each(:jobs) AS given
  JOIN job ON job.id = given.value
  JOIN spec_row ON spec_row.task_id = job.task_id AND spec_row.revision = job.revision;
