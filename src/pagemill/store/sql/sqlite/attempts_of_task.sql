SELECT attempt.job_id, job.kind, job.pool, job.first_page, job.last_page, job.revision, attempt.attempt, attempt.node_id,
       attempt.started_at, attempt.ended_at, attempt.outcome, attempt.problem
  FROM job
  JOIN attempt ON attempt.job_id = job.id
 WHERE job.task_id = :task_id
 ORDER BY attempt.started_at, attempt.job_id, attempt.attempt;
