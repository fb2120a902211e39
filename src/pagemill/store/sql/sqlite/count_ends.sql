INSERT INTO task_end (grain_seconds, tenant, state, start, code, duration_class, tasks, pages, seconds, last_at, last_task_id)
VALUES (:grain_seconds, :tenant, :state, :start, :code, :duration_class, :tasks, :pages, :seconds, :last_at, :last_task_id)
ON CONFLICT (grain_seconds, tenant, state, start, code, duration_class) DO UPDATE
   SET tasks = tasks + excluded.tasks, pages = pages + excluded.pages, seconds = seconds + excluded.seconds,
       last_at = excluded.last_at, last_task_id = excluded.last_task_id;
