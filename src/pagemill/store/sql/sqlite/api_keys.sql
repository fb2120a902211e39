-- A page of all keys, newest first, from the id :before downwards.
SELECT * FROM api_key_row WHERE id < :before ORDER BY id DESC LIMIT :keys;
