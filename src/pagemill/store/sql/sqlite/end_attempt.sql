UPDATE attempt SET ended_at = pagemill_now(), outcome = :outcome, problem = :problem
 WHERE job_id = :job_id AND attempt = :attempt AND outcome IS NULL;
