DELETE FROM task_spec WHERE NOT EXISTS (SELECT 1 FROM task WHERE id = task_id);
