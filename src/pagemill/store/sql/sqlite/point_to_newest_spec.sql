-- A task whose specification is gone is nowhere to be seen; with an older one it can be run again.
UPDATE task
   SET revision = (SELECT max(revision) FROM task_spec WHERE task_id = task.id)
 WHERE NOT EXISTS (SELECT 1 FROM task_spec WHERE task_id = task.id AND revision = task.revision)
   AND EXISTS (SELECT 1 FROM task_spec WHERE task_id = task.id);
