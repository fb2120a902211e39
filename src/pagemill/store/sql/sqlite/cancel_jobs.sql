-- Edge h.
UPDATE job SET state = 'cancelled', run_at = NULL, begun = 0, owner = NULL
 WHERE task_id = :task_id AND state IN ('ready', 'delayed', 'running');
