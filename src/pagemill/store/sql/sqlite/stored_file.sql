SELECT * FROM file_row WHERE id = :id;
