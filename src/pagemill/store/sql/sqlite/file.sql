SELECT * FROM file_row WHERE id = :id AND (expires_at IS NULL OR expires_at > pagemill_now());
