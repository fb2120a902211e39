UPDATE task
   SET state = :state, revision = :revision, open_jobs = :open_jobs, pages_done = :pages_done,
       pages_total = :pages_total, result_key = :result_key, partial = :partial, problem = :problem,
       arrived_at = :arrived_at, deadline_at = :deadline_at, started_at = :started_at,
       finished_at = :finished_at, expires_at = :expires_at
 WHERE id = :id;
