-- Each code several times: for every :examples-th span, with the last task of that lot. SQLite takes a bare column from the row
-- that has the maximum.
SELECT code, sum(tasks), max(last_at), last_task_id
  FROM task_end
 WHERE grain_seconds = :grain_seconds
   AND tenant IN (SELECT tenant FROM flow WHERE :tenant IS NULL OR tenant = :tenant)
   AND state = 'failed'
   AND start >= :start
 GROUP BY code, start / grain_seconds % :examples;
