UPDATE api_key SET last_used_at = pagemill_now()
 WHERE id = :id AND (last_used_at IS NULL OR last_used_at < pagemill_now() - :pause_seconds);
