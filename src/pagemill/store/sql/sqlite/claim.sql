-- Edge b: the first jobs of a flow in rank order become the node's. The columns are those of job_row.
UPDATE job
   SET state = 'running', attempt = attempt + 1, owner = :owner, begun = 0, run_at = NULL
 WHERE id IN (SELECT id FROM job
               WHERE state = 'ready' AND pool = :pool
                 AND flow = (SELECT id FROM flow WHERE tenant = :tenant AND band = :band)
               ORDER BY rank, id
               LIMIT :jobs)
RETURNING id, task_id, revision, kind, pool, :tenant, :band, rank, cost_seconds, input_hash, state, first_page,
          last_page, run_at, attempt, failures, losses, suspect, begun, owner, result_key, problem;
