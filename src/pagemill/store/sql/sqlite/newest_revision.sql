-- The highest revision that any row of the task knows.
SELECT max(revision) FROM (
    SELECT revision FROM task WHERE id = :task_id
    UNION ALL SELECT revision FROM task_spec WHERE task_id = :task_id
    UNION ALL SELECT revision FROM job WHERE task_id = :task_id
);
