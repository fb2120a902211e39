SELECT api_key_row.*
  FROM api_key_row
 WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > pagemill_now())
 LIMIT :keys;
