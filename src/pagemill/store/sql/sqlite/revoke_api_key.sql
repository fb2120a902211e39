UPDATE api_key SET revoked_at = pagemill_now() WHERE id = :id AND revoked_at IS NULL;
