-- What lies behind leases, given as [[job, attempt], …]: the job, its task, and who had that attempt and how it ended.
SELECT job_row.*, task_row.*, attempt.node_id, attempt.outcome
  FROM json_each(:leases) AS lease
  JOIN job_row ON job_row.id = lease.value ->> 0
  JOIN task_row ON task_row.id = job_row.task_id
  LEFT JOIN attempt ON attempt.job_id = job_row.id AND attempt.attempt = lease.value ->> 1;
