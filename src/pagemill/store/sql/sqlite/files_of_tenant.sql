-- A page of a tenant's files, newest first, from the id :before downwards.
SELECT file_row.*
  FROM file_row
 WHERE tenant = :tenant AND id < :before AND (expires_at IS NULL OR expires_at > pagemill_now())
 ORDER BY id DESC
 LIMIT :files;
