INSERT INTO api_key (id, tenant, name, scopes, hash, created_at, expires_at)
VALUES (:id, :tenant, :name, :scopes, :hash, pagemill_now(), pagemill_now() + :expires_in)
ON CONFLICT DO NOTHING;
