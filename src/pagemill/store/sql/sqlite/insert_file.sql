INSERT INTO file (id, tenant, file_name, media_type, blob_key, size_bytes, sha256, created_at, expires_at)
VALUES (:id, :tenant, :file_name, :media_type, :blob_key, :size_bytes, :sha256, pagemill_now(),
        pagemill_now() + :expires_in)
ON CONFLICT DO NOTHING;
