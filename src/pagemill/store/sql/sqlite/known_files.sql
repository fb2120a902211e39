SELECT file.id FROM json_each(:ids) AS given JOIN file ON file.id = given.value;
