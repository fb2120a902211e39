SELECT attempt.problem
  FROM job
  JOIN attempt ON attempt.job_id = job.id
 WHERE job.task_id = :task_id AND job.revision = :revision AND attempt.problem IS NOT NULL
 ORDER BY attempt.ended_at DESC
 LIMIT 1;
