SELECT id FROM task WHERE expires_at IS NOT NULL AND expires_at <= pagemill_now() ORDER BY expires_at LIMIT :tasks;
