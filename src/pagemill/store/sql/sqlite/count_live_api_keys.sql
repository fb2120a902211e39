SELECT count(*) FROM (SELECT 1 FROM api_key
                       WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > pagemill_now())
                       LIMIT :bound);
