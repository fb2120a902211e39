-- Rows that point to nothing. Foreign keys forbid them, so somebody else must have been at the file.
SELECT 'task', 'task_spec', count(*) FROM task
 WHERE NOT EXISTS (SELECT 1 FROM task_spec WHERE task_id = task.id AND revision = task.revision)
UNION ALL
SELECT 'task_spec', 'task', count(*) FROM task_spec WHERE NOT EXISTS (SELECT 1 FROM task WHERE id = task_id)
UNION ALL
SELECT 'job', 'task', count(*) FROM job WHERE NOT EXISTS (SELECT 1 FROM task WHERE id = task_id)
UNION ALL
SELECT 'attempt', 'job', count(*) FROM attempt WHERE NOT EXISTS (SELECT 1 FROM job WHERE id = job_id);
