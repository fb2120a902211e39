-- Whoever has ever had a job has a flow, so the flows name the tenants whose rows to look at.
SELECT state, duration_class, sum(tasks), sum(pages), total(seconds)
  FROM task_end
 WHERE grain_seconds = :grain_seconds
   AND tenant IN (SELECT tenant FROM flow WHERE :tenant IS NULL OR tenant = :tenant)
   AND state IN ('succeeded', 'failed', 'cancelled')
   AND start >= :start
 GROUP BY state, duration_class;
