SELECT * FROM file_row WHERE id > :after ORDER BY id LIMIT :files;
