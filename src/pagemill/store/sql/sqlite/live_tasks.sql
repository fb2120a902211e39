-- The tasks that are not over, counted among the oldest :bound of them.
SELECT count(*) FILTER (WHERE state = 'queued'), count(*) FILTER (WHERE state = 'running'),
       min(arrived_at) FILTER (WHERE state = 'queued')
  FROM (SELECT state, arrived_at FROM task WHERE finished_at IS NULL ORDER BY id LIMIT :bound);
