SELECT * FROM api_key_row WHERE id = :id;
