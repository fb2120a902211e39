-- The attempts that are under way for a task: a cancellation ends them.
SELECT revision, id, attempt FROM job WHERE task_id = :task_id AND state = 'running';
