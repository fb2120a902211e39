SELECT id FROM task WHERE finished_at IS NULL AND deadline_at <= pagemill_now() ORDER BY deadline_at LIMIT :tasks;
