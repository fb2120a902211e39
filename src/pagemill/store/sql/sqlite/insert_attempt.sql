INSERT INTO attempt (job_id, attempt, node_id, started_at) VALUES (:job_id, :attempt, :node_id, pagemill_now());
