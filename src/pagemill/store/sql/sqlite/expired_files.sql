SELECT id FROM file WHERE expires_at IS NOT NULL AND expires_at <= pagemill_now() ORDER BY expires_at LIMIT :files;
